// Words that a reader selects in the article can be asked about: they go into the question box, in quotation marks.
(() => {
  "use strict";
  const LONGEST = 300; // code points
  const own = (window.articleQA = window.articleQA || {});

  const offer = document.createElement("button");
  offer.type = "button";
  offer.id = "ask-this";
  offer.textContent = "Ask about this";
  offer.hidden = true;

  // The text of a selection, with the rest of the words of which only a part is selected.
  function whole(found) {
    const { startContainer, startOffset, endContainer, endOffset } = found.getRangeAt(0);
    const text = (node) => (node.nodeType === Node.TEXT_NODE ? node.data : "");
    const [before, after] = [text(startContainer).slice(0, startOffset), text(endContainer).slice(endOffset)];
    const words = found.toString();
    const begins = /^[\p{L}\p{N}]/u.test(words) ? before.slice(-LONGEST).match(/[\p{L}\p{N}]*$/u)[0] : "";
    const ends = /[\p{L}\p{N}]$/u.test(words) ? after.slice(0, LONGEST).match(/^[\p{L}\p{N}]*/u)[0] : "";
    return begins + words + ends;
  }

  function selected() {
    const found = window.getSelection();
    const paper = document.querySelector("#paper");
    if (!found || found.isCollapsed || !paper || !paper.contains(found.anchorNode) || !paper.contains(found.focusNode)) return null;
    const points = Array.from(whole(found).replace(/\u2060/g, "").replace(/\s+/gu, " ").trim());
    if (points.length < 2) return null;
    const words = points.length > LONGEST ? `${points.slice(0, LONGEST).join("").replace(/\s\S*$/u, "")} …` : points.join("");
    return { words, place: found.getRangeAt(0).getBoundingClientRect() };
  }

  function place() {
    const found = selected();
    offer.hidden = !found;
    if (!found) return;
    if (!offer.isConnected) document.body.append(offer);
    const top = found.place.top > 60 ? found.place.top - 44 : found.place.bottom + 8;
    offer.style.top = `${Math.max(8, Math.min(top, window.innerHeight - 52))}px`;
    offer.style.left = `${Math.max(8, Math.min(found.place.left, window.innerWidth - 140))}px`;
  }

  function take() {
    const found = selected();
    const box = document.querySelector("#question textarea");
    offer.hidden = true;
    if (!found || !box) return;
    if (document.documentElement.classList.contains("reading")) history.back(); // on a phone, to the chat
    own.askShown();
    const typed = box.value.trim();
    own.typeInto(box, `${typed ? `${typed} ` : ""}“${found.words}” `);
    window.getSelection().removeAllRanges();
    setTimeout(() => {
      box.focus();
      box.setSelectionRange(box.value.length, box.value.length);
    });
  }

  offer.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays
  offer.addEventListener("click", take);
  document.addEventListener("selectionchange", place);
  document.addEventListener("scroll", place, true);
})();
