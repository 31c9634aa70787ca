// The page in the visitor's language: what the page itself says is looked up in `page/texts.json` wherever it is drawn.
// What articles, visitors and models say is never touched.
(() => {
  "use strict";
  const own = (window.articleQA = window.articleQA || {});
  const texts = own.texts; // for each part of the page, each English text and what it is in each language
  const wanted = (navigator.languages || [navigator.language]).map((name) => String(name).slice(0, 2).toLowerCase());
  const language = wanted.find((name) => name === "en" || texts.languages.includes(name)) || "en";
  const column = texts.languages.indexOf(language);
  own.language = language;
  if (column < 0) return;
  document.documentElement.lang = language;

  const LONGEST = 2000; // characters of what the page says
  const ATTRIBUTES = ["placeholder", "aria-label", "title"];
  const OTHERS = "textarea, script, style, mark, ul.options, .message.user, #examples, #talks .open, #paper .library,"
    + " #paper > h2[dir], #paper > h3, #paper > p:not([class]), #paper .title, #paper table";
  const IN_CHAT = [["small, summary, em, a", "chat"], ["strong", "leads"], ["p", "lines"]];

  const tableOf = (part) => {
    const own = part === "page" ? texts.page : { ...texts[part], ...texts.reasons };
    return { fixed: new Map(Object.entries(own)), patterns: patterns(own) };
  };
  const patterns = (table) =>
    Object.entries(table)
      .filter(([english]) => english.includes("{"))
      .map(([english, made]) => [
        new RegExp(`^${english.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, "(?<$1>[^\\n]+?)")}$`, "u"),
        made[column],
      ]);
  const tables = Object.fromEntries(["page", "chat", "leads", "lines"].map((part) => [part, tableOf(part)]));

  const JOINED = [/( · )/u, /(?<=[.!?])( )(?=\S)/u]; // facts in a line, and sentences

  // What a text of the page is in the visitor's language, or several that are joined, of which some may not be known.
  function translated(words, table) {
    const known = table.fixed.get(words);
    if (known) return known[column];
    const [facts, sentences] = JOINED;
    return pieces(words, facts, table) || pieces(words, sentences, table, true) || filled(words, table) || pieces(words, sentences, table);
  }

  // `whole`: only where every part is known.
  function pieces(words, joint, table, whole = false) {
    const parts = words.split(joint);
    if (parts.length < 2) return null;
    const made = parts.map((part, number) => (number % 2 ? null : translated(part, table)));
    if (whole && made.some((part, number) => part === null && number % 2 === 0)) return null;
    return made.some((part) => part !== null) ? made.map((part, number) => part ?? parts[number]).join("") : null;
  }

  function filled(words, table) {
    for (const [pattern, made] of table.patterns) {
      const found = pattern.exec(words);
      if (!found) continue;
      const value = (name) => (name === "line" && translated(found.groups.line, table)) || found.groups[name];
      return made.replace(/\{(\w+)\}/g, (_, name) => value(name));
    }
    return null;
  }

  function said(words, table) {
    if (!words || words.length > LONGEST) return null;
    const [, before, core, after] = /^(\s*(?:⚠ )?)(.*?)(\s*)$/su.exec(words);
    const made = core && translated(core, table);
    return made && made !== core ? before + made + after : null;
  }

  function tableFor(node) {
    if (!node || node.closest(OTHERS)) return null;
    if (!node.closest("#chat .message")) return tables.page;
    const place = IN_CHAT.find(([selector]) => node.closest(selector));
    return place ? tables[place[1]] : null;
  }

  function word(node) {
    const table = tableFor(node.parentElement);
    const made = table && said(node.data, table);
    if (made) node.data = made;
  }

  function attributes(node) {
    const table = node.matches("a[href*='#cite-']") ? null : node.matches("textarea") ? tables.page : tableFor(node);
    if (!table) return;
    for (const name of ATTRIBUTES) {
      const made = node.hasAttribute(name) && said(node.getAttribute(name), table);
      if (made) node.setAttribute(name, made);
    }
  }

  function all(node) {
    if (node.nodeType === Node.TEXT_NODE) word(node);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let at = node; at; at = walker.nextNode()) {
      if (at.nodeType === Node.TEXT_NODE) word(at);
      else attributes(at);
    }
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") word(change.target);
      else if (change.type === "attributes") attributes(change.target);
      else change.addedNodes.forEach(all);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
})();
