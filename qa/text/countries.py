"""The countries of the world by their English names. Pure."""

COUNTRIES = frozenset(
    (
        "Afghanistan|Albania|Algeria|America|Andorra|Angola|Antigua and Barbuda|Argentina|Armenia|Australia|Austria|"
        "Azerbaijan|Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia|Bosnia|"
        "Bosnia and Herzegovina|Botswana|Brazil|Britain|Brunei|Bulgaria|Burkina Faso|Burma|Burundi|Cambodia|Cameroon|"
        "Canada|Cape Verde|Central African Republic|Chad|Chile|China|Colombia|Comoros|Congo|Costa Rica|Croatia|Cuba|"
        "Cyprus|Czech Republic|Czechia|Côte d’Ivoire|Democratic Republic of Congo|Denmark|Djibouti|Dominica|"
        "Dominican Republic|Ecuador|Egypt|El Salvador|England|Equatorial Guinea|Eritrea|Estonia|Eswatini|Ethiopia|"
        "Fiji|Finland|France|Gabon|Gambia|Georgia|Germany|Ghana|Great Britain|Greece|Greenland|Grenada|Guatemala|"
        "Guinea|Guinea-Bissau|Guyana|Haiti|Holland|Honduras|Hong Kong|Hungary|Iceland|India|Indonesia|Iran|Iraq|"
        "Ireland|Israel|Italy|Ivory Coast|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Kiribati|Kosovo|Kuwait|Kyrgyzstan|"
        "Laos|Latvia|Lebanon|Lesotho|Liberia|Libya|Liechtenstein|Lithuania|Luxembourg|Macao|Madagascar|Malawi|"
        "Malaysia|Maldives|Mali|Malta|Marshall Islands|Mauritania|Mauritius|Mexico|Micronesia|Moldova|Monaco|"
        "Mongolia|Montenegro|Morocco|Mozambique|Myanmar|Namibia|Nauru|Nepal|Netherlands|New Zealand|Nicaragua|Niger|"
        "Nigeria|North Korea|North Macedonia|Northern Ireland|Norway|Oman|Pakistan|Palau|Palestine|Panama|"
        "Papua New Guinea|Paraguay|Peru|Philippines|Poland|Portugal|Puerto Rico|Qatar|Romania|Russia|Rwanda|Samoa|"
        "San Marino|Saudi Arabia|Scotland|Senegal|Serbia|Seychelles|Sierra Leone|Singapore|Slovakia|Slovenia|"
        "Solomon Islands|Somalia|South Africa|South Korea|South Sudan|Spain|Sri Lanka|St. Kitts and Nevis|St. Lucia|"
        "St. Vincent and Grenadines|Sudan|Suriname|Sweden|Switzerland|Syria|São Tomé and Príncipe|Taiwan|Tajikistan|"
        "Tanzania|Thailand|Timor-Leste|Togo|Tonga|Trinidad and Tobago|Tunisia|Turkey|Turkmenistan|Tuvalu|Türkiye|U.S|"
        "UK|US|USA|Uganda|Ukraine|United Arab Emirates|United Kingdom|United States|Uruguay|Uzbekistan|Vanuatu|"
        "Vatican City|Venezuela|Vietnam|Wales|Western Sahara|Yemen|Zambia|Zimbabwe"
    ).split("|")
)
"""Names of countries as news writes them, peoples and capitals aside."""
