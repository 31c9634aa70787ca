// Notes every element and attribute, in the parts of the page that show what comes from outside, that the page does not make.
(() => {
  const TAGS = {
    "#chat .message .md": "P STRONG EM SMALL BR DETAILS SUMMARY A SPAN",
    "#paper": "H2 H3 P UL LI BUTTON SPAN MARK A",
    "#note .prose": "P PROGRESS UL LI B SPAN",
  };
  const ATTRIBUTES = "class dir href title target rel type role style aria-current aria-label value open hidden dir data-numbers".split(" ");
  const NEVER = "script, iframe, frame, object, embed, form, base, meta, link, style, math, img[src*=evil], [srcdoc], template";
  const PARTS = "#chat, #paper, #article, #note, #file, #examples, #source, #question, ul.options";
  // What the page puts in besides: under an answer, and above the list of articles.
  const OURS = {
    ".acts": ["BUTTON Copy", "BUTTON Right", "BUTTON Wrong"],
    ".library": ["INPUT ", "LABEL "],
    ".finding": ["INPUT ", "SELECT ", "OPTION Added last", "OPTION Published last", "OPTION Title", "OPTION Source"],
  };
  const furniture = (node) =>
    node.matches("#paper > div.finding") ||
    Object.entries(OURS).some(
      ([place, made]) => node.closest(place) && made.includes(`${node.tagName} ${node.children.length ? "" : node.textContent}`),
    );
  window.alien = [];
  const noted = new WeakSet();

  function note(node) {
    if (noted.has(node)) return;
    noted.add(node);
    window.alien.push(`${node.parentElement.tagName}: ${node.outerHTML.slice(0, 200)}`);
  }

  function ours(link) {
    const href = link.getAttribute("href");
    if (link.closest("#chat")) return /^#cite-[0-9a-f]{16}-\d+-\d+$/.test(href);
    return /^https?:\/\//i.test(href) && link.rel === "noopener noreferrer nofollow" && link.textContent === "original";
  }

  const ofAnIcon = (node) => node.matches("defs > style") && /^\s*\.cls-1 \{\s*fill: none;\s*\}\s*$/.test(node.textContent);

  window.look = () => {
    for (const [part, tags] of Object.entries(TAGS))
      for (const node of document.querySelectorAll(`${part} *`)) {
        if (furniture(node)) continue;
        if (!tags.split(" ").includes(node.tagName)) note(node);
        else if (node.getAttributeNames().some((name) => !ATTRIBUTES.includes(name))) note(node);
        else if (node.tagName === "A" && !ours(node)) note(node);
      }
    for (const part of document.querySelectorAll(PARTS))
      for (const node of [part, ...part.querySelectorAll("*")]) {
        if (node !== part && node.matches(NEVER) && !ofAnIcon(node)) note(node);
        if (node.getAttributeNames().some((name) => /^on/i.test(name))) note(node);
        if (/^\s*(java|vb)script:|^\s*data:text/i.test(node.getAttribute("href") || "")) note(node);
      }
    for (const node of document.querySelectorAll("iframe, object, embed, base:not([href='./']), [http-equiv=refresh]")) note(node);
  };

  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(window.look).observe(document, { subtree: true, childList: true });
  });
})();
