// Conversations as the visitor's own browser keeps them: listed, named, opened again, removed with the way back.
// Nothing of them is sent anywhere but what the server already answered; names and questions are words, never markup.
(() => {
  "use strict";
  const KEY = "article-qa-conversations";
  const CURRENT = "article-qa-conversation"; // of this tab
  const MOST = 50; // conversations
  const LONGEST = 100; // turns of one

  const own = (window.articleQA = window.articleQA || {});
  let opening = null; // the conversation that was chosen to be opened again

  function make(tag, text = "", className = "") {
    const node = document.createElement(tag);
    node.textContent = text;
    if (className) node.className = className;
    return node;
  }

  function button(text, className, act) {
    const node = make("button", text, className);
    node.type = "button";
    node.addEventListener("click", act);
    return node;
  }

  function all() {
    try {
      const found = JSON.parse(localStorage.getItem(KEY) || "[]");
      return Array.isArray(found) ? found.filter((one) => one && typeof one.id === "string" && Array.isArray(one.turns)) : [];
    } catch {
      return [];
    }
  }

  // A browser keeps some megabytes: the oldest conversations give way.
  function store(list) {
    for (let kept = list.slice(0, MOST); ; kept = kept.slice(0, -1)) {
      try {
        localStorage.setItem(KEY, JSON.stringify(kept));
        return;
      } catch {
        if (!kept.length) return;
      }
    }
  }

  function currentId() {
    let id = sessionStorage.getItem(CURRENT);
    if (!id) {
      id = begun();
    }
    return id;
  }

  function begun() {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    sessionStorage.setItem(CURRENT, id);
    return id;
  }

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // After an answer: this tab's conversation goes on, or, where another tab went on with it, a new one begins.
  function keep(turns, article) {
    if (!Array.isArray(turns) || !turns.length) return;
    const list = all();
    let id = currentId();
    const before = list.find((one) => one.id === id);
    let whole = turns;
    if (before) {
      const last = before.turns.at(-1);
      const place = turns.findLastIndex((turn) => same(turn, last));
      if (place < 0) id = begun();
      else whole = [...before.turns, ...turns.slice(place + 1)];
    }
    const known = before && before.id === id ? before : {};
    const made = { ...known, id, name: known.name || named(whole), article, when: Date.now(), turns: whole.slice(-LONGEST) };
    store([made, ...list.filter((one) => one.id !== id)]);
  }

  function named(turns) {
    const words = Array.from(String(turns[0].asked || "").replace(/\s+/gu, " ").trim());
    return words.length > 70 ? `${words.slice(0, 70).join("").trimEnd()} …` : words.join("") || "Conversation";
  }

  // What the page's server is given when one is opened again: its last turns and its article.
  function reopened() {
    const found = opening;
    opening = null;
    if (!found) return [[], ""];
    sessionStorage.setItem(CURRENT, found.id);
    return [found.turns.slice(-20), String(found.article || "")];
  }

  function list() {
    const dialog = document.querySelector("#talks") || document.body.appendChild(make("dialog"));
    dialog.id = "talks";
    dialog.setAttribute("aria-label", "Conversations");
    const head = make("header");
    head.append(make("h2", "Conversations"), button("Close", "plain", () => dialog.close()));
    const rows = make("ul");
    const found = all();
    rows.append(...found.map((one) => row(one, dialog)));
    const none = "What you ask is kept here, in this browser only.";
    dialog.replaceChildren(head, found.length ? rows : make("p", none, "none"));
    if (!dialog.open) dialog.showModal();
  }

  function row(one, dialog) {
    const line = make("li");
    const open = button(one.name, "open", () => {
      opening = one;
      dialog.close();
      document.querySelector("#reopen").click();
    });
    open.dir = "auto";
    if (one.id === sessionStorage.getItem(CURRENT)) open.setAttribute("aria-current", "true");
    const many = one.turns.length;
    const when = new Date(one.when).toLocaleString(own.language === "en" ? [] : own.language, { dateStyle: "medium", timeStyle: "short" });
    const acts = make("span", "", "acts");
    acts.append(
      button("Rename", "plain", () => rename(one, open)),
      button("Export", "plain", () => own.exported(one.turns, one.name)),
      button("Delete", "plain", () => forget(one, line)),
    );
    line.append(open, make("span", `${when} · ${many} question${many === 1 ? "" : "s"}`, "facts"), acts);
    return line;
  }

  function rename(one, open) {
    const box = make("input");
    box.value = one.name;
    box.maxLength = 120;
    box.dir = "auto";
    box.setAttribute("aria-label", "Name of the conversation");
    let done = false;
    const end = (keeps) => {
      if (done) return;
      done = true;
      const name = box.value.trim();
      if (keeps && name) {
        one.name = name;
        store(all().map((other) => (other.id === one.id ? { ...other, name } : other)));
      }
      open.textContent = one.name;
      box.replaceWith(open);
      open.focus();
    };
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // neither opens the conversation nor closes the list
      event.stopPropagation();
      end(event.key === "Enter");
    });
    box.addEventListener("blur", () => end(true));
    open.replaceWith(box);
    box.select();
  }

  function forget(one, line) {
    store(all().filter((other) => other.id !== one.id));
    if (one.id === sessionStorage.getItem(CURRENT)) document.querySelector("#new").click();
    const undo = button("Undo", "plain", () => {
      const rest = all().filter((other) => other.id !== one.id);
      store([...rest, one].sort((a, b) => b.when - a.when));
      list();
    });
    line.replaceChildren(make("span", `“${one.name}” was deleted.`, "facts"), undo);
    undo.focus();
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target && target.closest("#conversations")) list();
    if (target && target.id === "talks") target.close(); // beside the list
  });

  Object.assign(own, { keep, begun, reopened });
})();
