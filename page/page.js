// The reader beside the chat: shows an article as plain text and lights the words of a citation.
// Offsets are code points, as Python counts them, so the text is kept as an array of code points.
(() => {
  "use strict";
  const CITE = /^#cite-([0-9a-f]{16})-(\d+)-(\d+)$/;
  const ID = /^[0-9a-f]{16}$/;
  const SEVERAL = /^[0-9a-f]{16}(,[0-9a-f]{16})+$/;
  const PHONE = window.matchMedia("(max-width: 820px)");
  const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");

  let shown = null; // the article in the reader, with its code points and blocks
  let latest = 0; // so that a slow answer from the server never replaces a newer wish
  let opener = null; // what had the focus before the reader slid over the chat
  let asked = null; // the choice that questions go to: an article's id, several or all, and what it is called
  let wish = ""; // what was picked in the list, to be the choice
  let left = -1; // which of several sources is to be left out
  let ready = false; // whether what is asked has been shown
  let known = ""; // the articles of the library when it was last looked at
  let resting = []; // what the answer in view rests on: citations, which are numbered in the article as in the answer

  const one = (selector) => document.querySelector(selector);
  const oneLine = (text) => text.replace(/\u2060/g, "").split(/\s+/u).filter(Boolean).join(" ");

  function make(tag, text = "", className = "") {
    const node = document.createElement(tag);
    node.textContent = text;
    if (className) node.className = className;
    return node;
  }

  function say(words) {
    const live = one("#said");
    if (live) live.textContent = words;
  }

  async function get(path) {
    const reply = await fetch(new URL(path, document.baseURI), { credentials: "same-origin" });
    if (reply.status === 404) throw new Error("This article is no longer in the library.");
    if (!reply.ok) throw new Error("The article cannot be loaded just now.");
    return reply.json();
  }

  // ---- the reader

  function dateOf(iso) {
    const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso) || [];
    if (!year) return iso;
    const date = new Date(Date.UTC(+year, +month - 1, +day));
    return date.toLocaleDateString(window.articleQA.language === "en" ? "en-GB" : window.articleQA.language, { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
  }

  function byline(article) {
    const line = make("p", "", "byline");
    const facts = [article.source, dateOf(article.published_at), (article.authors || []).join(", ")];
    line.append(facts.filter(Boolean).join(" · "));
    if (/^https?:\/\//i.test(article.url)) {
      const link = make("a", "original");
      link.href = article.url;
      link.target = "_blank";
      link.rel = "noopener noreferrer nofollow";
      if (line.textContent) line.append(" · ");
      line.append(link);
    }
    return line;
  }

  // One block for each line of the text, and for each cell of a table, so that the [start, end) of all blocks tile the
  // text but for what parts them. The name of a column stands once above its cells: `words` is where those begin.
  function blocksOf(article, points) {
    const headings = new Set(article.sentences.filter((s) => s[2]).map((s) => s[0]));
    const tables = new Map(article.tables.map((table) => [table.rows[0][0][1], table]));
    const blocks = [];
    const parts = [];
    let start = 0;
    for (let at = 0; at <= points.length; at += 1) {
      if (at < points.length && points[at] !== "\n") continue;
      if (tables.has(start)) {
        const table = tables.get(start);
        parts.push(tableOf(table, points, blocks));
        at = table.rows.at(-1).at(-1)[3];
      } else if (at > start) {
        const node = make(headings.has(start) ? "h3" : "p", points.slice(start, at).join(""));
        node.dir = "auto";
        blocks.push({ start, end: at, words: start, node });
        parts.push(node);
      }
      start = at + 1;
    }
    return [blocks, parts];
  }

  function tableOf(table, points, blocks) {
    const node = make("table");
    if (table.names.length) {
      const head = node.createTHead().insertRow();
      for (const name of table.names) {
        const cell = make("th", name);
        cell.scope = "col";
        head.append(cell);
      }
    }
    const body = node.createTBody();
    for (const cells of table.rows) {
      const row = body.insertRow();
      for (const [column, start, words, end] of cells) {
        while (row.cells.length < column) row.append(make("td"));
        const cell = make(table.names.length || column ? "td" : "th", points.slice(words, end).join(""));
        if (cell.tagName === "TH") cell.scope = "row";
        cell.dir = "auto";
        row.append(cell);
        blocks.push({ start, end, words, node: cell });
      }
    }
    const frame = make("div", "", "table");
    frame.tabIndex = 0;
    frame.append(node);
    return frame;
  }

  function draw(article) {
    const points = Array.from(article.text);
    const [blocks, rest] = blocksOf(article, points);
    shown = { id: article.id, title: article.title, points, blocks, painted: [], lit: null };
    const paper = one("#paper");
    const title = make("h2", article.title);
    title.dir = "auto";
    const own = rest.length > 0 && rest[0] === blocks[0].node && rest[0].textContent === article.title;
    if (own) {
      blocks[0].node.className = "title";
      blocks[0].node.after();
    }
    const line = byline(article);
    const facts = line.textContent ? [line] : [];
    // A text without a headline is called by how it begins, which is not to be read twice.
    const begins = article.title.endsWith("…") && rest.length > 0 && rest[0].textContent.startsWith(article.title.slice(0, -1));
    const head = begins ? [] : [title];
    paper.replaceChildren(...(own ? [rest[0], ...facts, ...rest.slice(1)] : [...head, ...facts, ...rest]));
    if (asked && asked.id !== article.id) paper.prepend(wayBack());
    paper.scrollTop = 0;
    paint();
  }

  // A citation or the list of all articles opens one beside the choice: questions still go to what was chosen.
  function wayBack() {
    const bar = make("p", "", "aside");
    const button = make("button", `‹ Back to ${ID.test(asked.id) ? `“${asked.name}”` : asked.name}`);
    button.type = "button";
    button.addEventListener("click", () => { if (history.state && history.state.beside) history.back(); else show(asked.id); });
    bar.append(button);
    return bar;
  }

  // What was chosen is named at the question and kept in the address, so that it is there again after a reload.
  async function choose(id) {
    if (!id) {
      lookAgain();
      return;
    }
    const gone = !asked && chosen().split(",").some((name) => name !== "all" && name && !id.split(",").includes(name));
    asked = { id, name: "the article" };
    const address = new URL(window.location.href);
    address.searchParams.set("article", id);
    history.replaceState(history.state && history.state.reading ? history.state : null, "", address);
    if (!(await show(id)) || asked.id !== id) return;
    if (ID.test(id)) asked.name = shown ? shown.title : asked.name;
    const box = one("#question textarea");
    if (box) box.placeholder = `Ask ${ID.test(id) ? `“${cut(asked.name, 48)}”` : `${asked.name} …`}`;
    if (gone) flash("What this address names is no longer in the library.");
    else if (!ready) followAddress();
    ready = true;
  }

  function chosen() {
    return new URLSearchParams(window.location.search).get("article") || "";
  }

  // What was picked in the list of all articles becomes the choice, by way of the page's server.
  function pick(ids, all) {
    wish = ids.length === all.length ? "all" : ids.join(",");
    one("#several").click();
  }

  const picked = () => wish;
  const skipped = () => left;

  // Another tab, or somebody else, may have added or removed articles: seen when the visitor comes back to this one.
  async function lookAgain() {
    const articles = await get("articles").catch(() => null);
    if (!articles) return;
    const ids = articles.map((one) => one.id);
    if (!ids.length) empty();
    if (known && known !== ids.join() && asked) {
      const gone = asked.id.split(",").some((id) => ID.test(id) && !ids.includes(id));
      pick(asked.id.split(","), []);
      if (gone) say("What was chosen is no longer in the library.");
      else if (!ID.test(asked.id)) show(asked.id);
    }
    known = ids.join();
  }

  // Nothing can be asked of an empty library: the reader says what to do.
  function empty() {
    if (!one("#paper")) {
      setTimeout(lookAgain, 200); // the page is still being drawn
      return;
    }
    [shown, asked, resting] = [null, null, []];
    latest += 1;
    const button = make("button", "Add article", "picked");
    button.type = "button";
    button.addEventListener("click", () => one("#adding").click());
    one("#paper").replaceChildren(make("h2", "No article yet"), make("p", "Add one to read it here and to ask about it.", "none"), button);
    const address = new URL(window.location.href);
    address.searchParams.delete("article");
    history.replaceState(history.state, "", address);
    const box = one("#question textarea");
    if (box) box.placeholder = "Ask the article …";
  }

  // What had the focus may be gone with the form: then the question is next, or what opened the form.
  function refocus() {
    if (document.activeElement && document.activeElement !== document.body && document.activeElement.offsetParent) return;
    const next = one("#add") || PHONE.matches ? one("#adding") : one("#question textarea");
    if (next) next.focus({ preventScroll: true });
  }

  // What was opened is drawn a moment later.
  function focused(selector) {
    const until = Date.now() + 3000;
    const looking = setInterval(() => {
      const found = one(selector);
      if (found || Date.now() > until) clearInterval(looking);
      const form = found && found.closest("#add, #details");
      if (found && !(form && form.contains(document.activeElement))) found.focus();
    }, 50);
  }

  window.addEventListener("focus", lookAgain);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) lookAgain(); });
  lookAgain();

  // What is asked about a passage goes to its article, also where that was only opened beside what was chosen.
  function askShown() {
    if (shown && asked && asked.id !== "all" && !asked.id.split(",").includes(shown.id)) pick([shown.id], []);
  }

  // What was ticked counts when a question is typed, pressed or not.
  document.addEventListener("focusin", (event) => {
    const ask = one("#paper .picked");
    if (ask && !ask.hidden && event.target instanceof Element && event.target.closest("#question")) ask.click();
  });

  function cut(words, most) {
    const points = Array.from(words);
    return points.length > most ? `${points.slice(0, most).join("").trimEnd()} …` : words;
  }

  // `picked`: the ids of those that questions go to, none when they go to all.
  function drawList(articles, picked) {
    shown = null;
    if (asked && !ID.test(asked.id)) asked.name = picked.size ? `${picked.size} articles` : `all ${articles.length} articles`;
    const list = make("ul", "", "library");
    const none = make("p", "", "byline");
    const find = make("input");
    find.type = "search";
    find.placeholder = "Find an article";
    find.setAttribute("aria-label", find.placeholder);
    const sort = make("select");
    sort.setAttribute("aria-label", "Order");
    sort.append(...Object.keys(ORDERS).map((name) => Object.assign(make("option", name), { value: name }))); // also translated
    const fill = () => {
      const words = folded(find.value).split(/\s+/u).filter(Boolean);
      const told = (one) => folded([one.title, one.source, one.published_at, dateOf(one.published_at)].join(" "));
      const found = articles.filter((one) => words.every((word) => told(one).includes(word)));
      list.replaceChildren(...ORDERS[sort.value](found).map((one) => rowOf(one, picked, changed)));
      none.textContent = found.length ? "" : "No article is called so.";
    };
    find.addEventListener("input", fill);
    sort.addEventListener("change", fill);
    const ask = make("button", "", "picked");
    ask.type = "button";
    ask.addEventListener("click", () => pick(articles.map((one) => one.id).filter((id) => picked.has(id)), articles));
    const before = [...picked].join();
    const changed = () => {
      ask.textContent = picked.size === 1 ? "Ask this article" : `Ask these ${picked.size} articles`;
      ask.hidden = !picked.size || [...picked].join() === before;
    };
    const bar = make("div", "", "finding");
    bar.append(find, sort);
    fill();
    changed();
    one("#paper").replaceChildren(make("h2", "All articles"), ...(articles.length > 2 ? [bar] : []), list, none, ask);
    one("#paper").scrollTop = 0;
  }

  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const by = (key) => (one, other) => key(one).localeCompare(key(other), "en");

  // How the list of all articles is put in order; the library gives the oldest addition first.
  const ORDERS = {
    "Added last": (found) => found.slice().reverse(),
    "Published last": (found) => found.slice().sort(by((one) => one.published_at)).reverse(),
    Title: (found) => found.slice().sort(by((one) => one.title)),
    Source: (found) => found.slice().sort(by((one) => one.source)),
  };

  function rowOf(article, picked, changed) {
    const row = make("li");
    const box = make("input");
    box.type = "checkbox";
    box.checked = picked.has(article.id);
    box.setAttribute("aria-label", `Ask about “${article.title}”`);
    box.addEventListener("change", () => {
      if (box.checked) picked.add(article.id);
      else picked.delete(article.id);
      changed();
    });
    const button = make("button", article.title);
    button.type = "button";
    button.dir = "auto";
    button.addEventListener("click", () => showBeside(article.id));
    const label = make("label");
    label.append(box);
    row.append(label, button, make("span", [article.source, dateOf(article.published_at)].filter(Boolean).join(" · ")));
    return row;
  }

  async function show(id) {
    const turn = (latest += 1);
    try {
      if (ID.test(id || "")) {
        const article = await get(`article/${id}`);
        if (turn === latest) draw(article);
      } else {
        const articles = await get("articles");
        if (turn === latest) drawList(articles, new Set(SEVERAL.test(id || "") ? id.split(",") : []));
      }
      return turn === latest;
    } catch (error) {
      const words = error instanceof TypeError ? "The page's server does not answer." : error.message;
      if (turn === latest) {
        shown = null;
        const away = asked && asked.id !== id ? [wayBack()] : [];
        one("#paper").replaceChildren(...away, make("p", words, "trouble"));
        say(words);
      }
      return false;
    }
  }

  // Beside the choice one step is gone, from which the browser's own Back returns; on a phone it closes the reader.
  function showBeside(id) {
    if (!PHONE.matches && asked && asked.id !== id) {
      if (history.state && history.state.beside) history.replaceState({ beside: id }, "");
      else history.pushState({ beside: id }, "");
    }
    return show(id);
  }

  window.addEventListener("popstate", (event) => {
    const named = chosen();
    const wanted = (event.state && event.state.beside) || (asked ? asked.id : "");
    if (asked && named && named !== asked.id) pick(named.split(","), []);
    else if (wanted && (ID.test(wanted) ? !shown || shown.id !== wanted : shown)) show(wanted);
  });

  // ---- citations

  // What of a block's words is in a range. Of a cell whose column's name alone is cited, it is the words.
  function within(block, range) {
    if (block.start >= range.end || range.start >= block.end) return null;
    return range.end > block.words ? [Math.max(range.start, block.words), Math.min(range.end, block.end)] : [block.words, block.end];
  }

  // The article with the words that the answer rests on underlined and numbered, and those that were followed lit.
  function paint() {
    if (!shown) return;
    const rests = resting.filter((one) => one.article_id === shown.id);
    const ranges = [...rests, ...(shown.lit ? [shown.lit] : [])];
    const now = shown.blocks.filter((block) => ranges.some((range) => within(block, range)));
    for (const block of shown.painted) if (!now.includes(block)) block.node.textContent = shown.points.slice(block.words, block.end).join("");
    now.forEach((block) => block.node.replaceChildren(...painted(block, rests)));
    shown.painted = now;
  }

  function painted(block, rests) {
    const lit = shown.lit && within(block, shown.lit);
    const here = rests.map((rest) => ({ rest, range: within(block, rest) })).filter((one) => one.range);
    const cuts = [block.words, block.end, ...(lit || []), ...here.flatMap((one) => one.range)].sort((a, b) => a - b);
    const nodes = [];
    let mark = null;
    for (let at = 1; at < cuts.length; at += 1) {
      const [from, to] = [cuts[at - 1], cuts[at]];
      if (from === to) continue;
      const holding = here.filter((one) => one.range[0] <= from && to <= one.range[1]);
      const node = make("span", shown.points.slice(from, to).join(""), holding.length ? "rest" : "");
      const ending = holding.filter((one) => one.range[1] === to && one.rest.end <= block.end).map((one) => one.rest.number);
      if (ending.length) node.dataset.numbers = [...new Set(ending)].join(" ");
      const inside = lit && lit[0] <= from && to <= lit[1];
      if (inside && !mark) nodes.push((mark = make("mark")));
      (inside ? mark : { append: (one) => nodes.push(one) }).append(holding.length ? node : node.textContent);
    }
    return nodes;
  }

  // After an answer, and when one of an earlier answer's citations is followed: what that answer rests on is numbered.
  function rests(turn) {
    resting = turn && Array.isArray(turn.citations) ? turn.citations : [];
    if (shown) shown.lit = null;
    paint();
  }

  function light(start, end) {
    shown.lit = { start, end };
    paint();
    const mark = one("#paper mark");
    if (mark) mark.scrollIntoView({ block: "center", behavior: CALM.matches ? "auto" : "smooth" });
    return Boolean(mark);
  }

  async function follow(link, target) {
    const [, id, from, to] = target;
    const [start, end] = [Number(from), Number(to)];
    open(link);
    if ((!shown || shown.id !== id) && !(await showBeside(id))) return;
    if (!shown || shown.id !== id) return;
    const words = shown.points.slice(start, end).join("");
    const quote = oneLine((link && link.title) || ""); // where several articles are asked, the article's title before it
    const same = !quote || quote === oneLine(words) || quote.endsWith(`: ${oneLine(words)}`);
    if (!words.trim() || !same) {
      shown.lit = null;
      paint();
      say("The article has changed since this answer, so these words are no longer there.");
      flash("The article has changed since this answer.");
      return;
    }
    if (link) rests(window.articleQA.turnOf(link));
    document.querySelectorAll('a[aria-current="true"]').forEach((other) => other.removeAttribute("aria-current"));
    if (link) link.setAttribute("aria-current", "true");
    if (light(start, end)) say(`${link ? link.textContent : "The passage"} lit in ${shown.title}: ${oneLine(words)}`);
  }

  // A link to a citation, opened elsewhere, shows its article at the sentence; the address is that of the page again.
  function followAddress() {
    const target = CITE.exec(window.location.hash);
    if (!target) return;
    history.replaceState(history.state, "", window.location.href.slice(0, -window.location.hash.length));
    follow(null, target);
  }

  window.addEventListener("hashchange", followAddress);

  function flash(words) {
    const note = make("p", words, "trouble");
    one("#paper").prepend(note);
    one("#paper").scrollTop = 0;
    setTimeout(() => note.remove(), 6000);
  }

  // ---- on a phone the reader slides over the chat; the browser's own back button returns as well

  function open(from) {
    if (!PHONE.matches || document.documentElement.classList.contains("reading")) return;
    opener = from || document.activeElement;
    document.documentElement.classList.add("reading");
    history.pushState({ reading: true }, "");
    const chat = one("#chat-side");
    if (chat) chat.inert = true;
    one("#back").focus({ preventScroll: true });
  }

  function close() {
    if (!document.documentElement.classList.contains("reading")) return;
    document.documentElement.classList.remove("reading");
    const chat = one("#chat-side");
    if (chat) chat.inert = false;
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
  }

  window.addEventListener("popstate", close);
  PHONE.addEventListener("change", () => { if (!PHONE.matches) close(); });

  function citeOf(event) {
    const link = event.target instanceof Element && event.target.closest('a[href*="#cite-"]');
    const target = link && CITE.exec(new URL(link.href, document.baseURI).hash);
    return target ? [link, target] : null;
  }

  document.addEventListener("click", (event) => {
    const found = citeOf(event);
    if (found && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      follow(...found);
    } else if (event.target instanceof Element && event.target.closest("#read")) {
      open(event.target.closest("#read"));
    } else if (event.target instanceof Element && event.target.closest("#back")) {
      history.back();
    } else if (event.target instanceof Element && event.target.closest("[data-skip]")) {
      const button = event.target.closest("[data-skip]");
      left = Number(button.dataset.skip);
      button.disabled = true;
      one("#skip").click();
    }
  }, true);

  document.addEventListener("keydown", (event) => {
    const found = event.key === " " && citeOf(event);
    if (found) {
      event.preventDefault();
      follow(...found);
    } else if (event.key === "Escape" && event.target instanceof Element && event.target.closest("#add, #details")) {
      one(event.target.closest("#add") ? "#cancel" : "#leave").click();
    } else if (event.key === "Escape" && event.isTrusted && document.documentElement.classList.contains("reading")) {
      history.back();
    }
  });

  // The list of articles closes when the focus leaves it; gradio closes it by Escape alone.
  document.addEventListener("focusout", (event) => {
    if (!(event.target instanceof Element && event.target.matches("#article input"))) return;
    event.target.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", code: "Escape", bubbles: true }));
  });

  // A browser lays out a text of megabytes anew with every key, for seconds: a long one becomes a file instead.
  const LONG = 200_000; // characters
  document.addEventListener("paste", (event) => {
    if (!(event.target instanceof Element && event.target.closest("#source"))) return;
    const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    const input = one("#file input[type=file]");
    if (text.length < LONG || !input) return;
    event.preventDefault();
    const files = new DataTransfer();
    files.items.add(new File([text], "Pasted text.txt", { type: "text/plain" }));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, true);

  // Gradio labels a message with its markup; without that label a screen reader reads the words themselves.
  new MutationObserver(() => {
    document.querySelectorAll("#chat [data-testid][aria-label]").forEach((node) => node.removeAttribute("aria-label"));
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["aria-label"] });

  // The conversation as the browser keeps it, as a file of the visitor's own: nothing of it is sent anywhere.
  function exported(kept, name = "") {
    const turns = (kept || []).filter((turn) => turn.turn).map((turn) => turn.turn);
    if (!turns.length) return;
    const text = turns.map((turn) => `## ${inert(turn.question)}\n\n${inert(written(turn))}`);
    save("conversation.md", "text/markdown", `# ${inert(name || turns[0].question)}\n\n${text.join("\n\n")}\n`);
    save("conversation.json", "application/json", JSON.stringify(turns, null, 1));
  }

  // As Markdown that shows just these words: an article may have written of images and links.
  function inert(text) {
    const plain = text.replace(/[\\`*_[\]<>#!|~&]/g, "\\$&").replace(/\\\[(\d{1,3})\\\](?![([:])/g, "[$1]");
    return plain.replace(/(?<!\n)\n(?!\n)/g, "\n\n");
  }

  // An answer with the words that it cites, and where they stand.
  function written(turn) {
    const one = (cited) => `[${cited.number}]: “${cited.quote}” ${cited.title}${cited.url ? `, ${cited.url}` : ""}`
      + ` (characters ${cited.start}–${cited.end})`;
    return [turn.answer, ...turn.citations.map(one)].join("\n\n");
  }

  function save(name, type, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  // ---- a link to this page may offer an address: it is put into the form, and added when the visitor says so

  const OFFERED = /^https?:\/\/\S{1,2000}$/i;

  function offerAddress() {
    const here = new URL(window.location.href);
    const address = here.searchParams.get("url");
    if (address === null) return;
    here.searchParams.delete("url");
    history.replaceState(history.state, "", here);
    if (!OFFERED.test(address)) return;
    const until = Date.now() + 60_000; // the page is drawn, and its buttons come to life, by its own script
    let pressed = 0;
    const waiting = setInterval(() => {
      const [button, box] = [one("#adding"), one("#source textarea")];
      if (Date.now() > until || box) clearInterval(waiting);
      if (box) fillIn(box, address);
      else if (button && Date.now() - pressed > 2000) {
        pressed = Date.now();
        open(button);
        button.click();
      }
    }, 200);
  }

  function fillIn(box, address) {
    window.articleQA.typeInto(box, address);
    const words = "A link offers to add this page. Nothing is fetched until you press Add.";
    const note = make("p", words, "offer");
    one("#source").before(note);
    one("#add-now").focus();
    say(words);
    document.addEventListener("click", (event) => {
      const pressed = event.target instanceof Element && note.isConnected && event.target.closest("#add-now, #cancel");
      if (!pressed) return;
      note.remove();
      if (pressed.id === "cancel" && box.value === address) window.articleQA.typeInto(box, "");
    }, true);
  }

  offerAddress();

  Object.assign(window.articleQA, { show, choose, chosen, picked, skipped, askShown, focused, refocus, exported, written, rests });
})();
