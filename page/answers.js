// What a reader does with an answer: copies it with its sources, and says whether it was right.
(() => {
  "use strict";
  const own = (window.articleQA = window.articleQA || {});
  let turns = []; // of the conversation in view, in the order of its answers

  function button(text, label, act) {
    const node = document.createElement("button");
    node.type = "button";
    node.textContent = text;
    node.title = label;
    node.setAttribute("aria-label", label);
    node.addEventListener("click", act);
    return node;
  }

  function said(node, words, turn) {
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    told.textContent = words;
    node.replaceChildren(copying(turn), told);
  }

  function copying(turn) {
    const node = button("Copy", "Copy the answer with its sources", () => copy(turn, node));
    return node;
  }

  async function copy(turn, node) {
    try {
      await navigator.clipboard.writeText(own.written(turn));
      node.textContent = "Copied";
    } catch {
      node.textContent = "Not allowed";
    }
    setTimeout(() => { node.textContent = "Copy"; }, 2000);
  }

  async function send(turn, right, comment, node) {
    const body = JSON.stringify({ turn, right, comment });
    try {
      const reply = await fetch(new URL("api/feedback", document.baseURI), {
        method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body,
      });
      if (!reply.ok) throw new Error();
      said(node, "Thank you.", turn);
    } catch {
      said(node, "This could not be kept just now.", turn);
    }
  }

  function ask(turn, node) {
    const box = document.createElement("input");
    box.maxLength = 1000;
    box.placeholder = "What is wrong with it?";
    box.setAttribute("aria-label", box.placeholder);
    const done = () => send(turn, false, box.value.trim(), node);
    const leave = () => node.replaceWith(acts(turn));
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") done();
      else if (event.key === "Escape") leave();
    });
    node.replaceChildren(box, button("Send", "Send", done), button("Cancel", "Cancel", leave));
    box.focus();
  }

  function acts(turn) {
    const node = document.createElement("span");
    node.className = "acts";
    node.append(
      copying(turn),
      button("Right", "This answer is right", () => send(turn, true, "", node)),
      button("Wrong", "This answer is wrong", () => ask(turn, node)),
    );
    return node;
  }

  // The page draws answers anew at times: what is missing is put back.
  function furnish() {
    document.querySelectorAll("#chat .bot.message").forEach((bubble, number) => {
      const kept = turns[number];
      const facts = bubble.querySelectorAll("small");
      const line = facts[facts.length - 1];
      if (!kept || !kept.turn || !line || line.querySelector(".acts")) return;
      line.append(acts(kept.turn));
    });
  }

  function inView(kept) {
    turns = Array.isArray(kept) ? kept : [];
    document.querySelectorAll("#chat .acts").forEach((node) => node.remove());
    furnish();
    own.rests(turns.length ? turns.at(-1).turn : null);
  }

  // The turn whose answer a link stands in.
  function turnOf(link) {
    const place = Array.from(document.querySelectorAll("#chat .bot.message")).indexOf(link.closest(".bot.message"));
    return place >= 0 && turns[place] ? turns[place].turn : null;
  }

  new MutationObserver(furnish).observe(document.documentElement, { childList: true, subtree: true });
  Object.assign(own, { inView, turnOf });
})();
