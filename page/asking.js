// Asking: what is typed is the visitor's own. Nothing takes it away while an answer comes, and a second question waits.
(() => {
  "use strict";
  const own = (window.articleQA = window.articleQA || {});
  let working = false; // whether an answer is on its way
  let waits = false; // whether what stands in the box is to be asked after it
  let last = ""; // the question that is being answered
  let pressed = ""; // what stood in the box when it was sent off: the page takes it a moment later

  const ASKED = "article-qa-asked"; // of this tab: what was sent off and is not answered yet

  const box = () => document.querySelector("#question textarea");

  // Words in a box as if they had been typed: gradio hears of them.
  function typeInto(found, words) {
    found.value = words;
    found.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function fill(words) {
    if (box()) typeInto(box(), words);
  }

  function wait(now) {
    waits = now;
    const there = document.querySelector("#waits");
    if (!now) {
      if (there) there.remove();
    } else if (!there) {
      const told = document.createElement("p");
      told.id = "waits";
      told.setAttribute("role", "status");
      told.textContent = "Your next question waits until this answer is there.";
      document.querySelector("#question").before(told);
    }
  }

  // The question that is taken; one that was typed leaves the box free for the next, of which a part may be there.
  function sent(question, typed) {
    working = true;
    last = String(question || "");
    if (typed && pressed && last.startsWith(pressed)) last = pressed;
    pressed = "";
    sessionStorage.setItem(ASKED, last);
    if (typed && box()) fill(box().value.startsWith(last) ? box().value.slice(last.length) : "");
    return last;
  }

  function answered() {
    working = false;
    sessionStorage.removeItem(ASKED);
    if (!waits) return;
    wait(false);
    const until = Date.now() + 10_000; // while a model wrote, Stop stood in the place of Ask
    const pressing = setInterval(() => {
      const button = document.querySelector("#question .submit-button");
      if (button || Date.now() > until) clearInterval(pressing);
      if (button && box().value.trim()) button.click();
    }, 100);
  }

  // What was stopped or refused comes back, unless something else was typed meanwhile.
  function back() {
    working = false;
    sessionStorage.removeItem(ASKED);
    wait(false);
    if (box() && !box().value.trim()) fill(last);
  }

  function hold(event) {
    event.preventDefault();
    event.stopPropagation();
    if (box().value.trim()) wait(true);
  }

  for (const name of ["keydown", "keypress"]) {
    document.addEventListener(name, (event) => {
      if (event.target !== box() || event.key !== "Enter" || event.shiftKey) return;
      if (working) hold(event);
      else pressed = box().value;
    }, true);
  }

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    if (!working && event.target.closest("#question .submit-button")) pressed = box().value;
    if (!working || !event.isTrusted) return;
    const offered = event.target.closest("#examples button");
    if (offered && !box().value.trim()) fill(offered.textContent.trim());
    if (offered || event.target.closest("#question .submit-button")) hold(event);
  }, true);

  document.addEventListener("input", (event) => {
    if (waits && event.target === box() && !box().value.trim()) wait(false);
  });

  // A question that was on its way when the page was left stands in the box again.
  const left = sessionStorage.getItem(ASKED);
  const until = Date.now() + 60_000;
  const looking = left && setInterval(() => {
    if (Date.now() > until || working) clearInterval(looking);
    if (!box() || working) return;
    clearInterval(looking);
    sessionStorage.removeItem(ASKED);
    if (!box().value.trim()) fill(left);
  }, 300);

  Object.assign(own, { sent, answered, back, typeInto });
})();
