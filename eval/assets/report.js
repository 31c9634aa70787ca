// The cases of a report: filtered, opened one by one, their articles lit. All text goes in as text, never as markup.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const list = document.getElementById("cases");
  if (!list || !data.rows) return;
  const points = {}; // code points of each article, as Python counts them

  function make(tag, text = "", name = "") {
    const node = document.createElement(tag);
    node.textContent = text;
    if (name) node.className = name;
    return node;
  }

  function told(row) {
    const facts = make("dl");
    const add = (label, text) => text && facts.append(make("dt", label), make("dd", text));
    row.history.forEach(([question, answer]) => add("before", `${question} — ${answer}`));
    add("answer", row.error ? `Failed: ${row.error}` : row.text);
    add("right answers", row.answerable ? row.answers.join(" | ") : "The articles do not say.");
    add("confidence", row.confidence === null ? "" : row.confidence.toFixed(3));
    add("scores", Object.entries(row.scores).map(([name, value]) => `${name} ${value.toFixed(2)}`).join(" · "));
    add("tags", row.tags.join(", "));
    add("time", `${row.ms} ms`);
    return facts;
  }

  // The article in stretches that are cited, gold, both or neither.
  function lit(id, row) {
    const article = data.articles[id];
    points[id] = points[id] || Array.from(article.text);
    const cited = row.cited.filter((span) => span[0] === id), gold = row.gold.filter((span) => span[0] === id);
    const cuts = [...new Set([0, points[id].length, ...[...cited, ...gold].flatMap((span) => [span[1], span[2]])])].sort((a, b) => a - b);
    const box = make("div", "", "article");
    box.append(make("h3", article.title));
    for (let n = 0; n + 1 < cuts.length; n += 1) {
      const inside = (span) => span[1] <= cuts[n] && cuts[n + 1] <= span[2];
      const text = points[id].slice(cuts[n], cuts[n + 1]).join("");
      const kind = cited.some(inside) ? (gold.some(inside) ? "both" : "cited") : gold.some(inside) ? "gold" : "";
      box.append(kind ? make("mark", text, kind) : text);
    }
    return box;
  }

  function open(item, row) {
    if (item.querySelector(".open")) return;
    const box = make("div", "", "open"), articles = make("div");
    const ids = [...new Set([...row.cited, ...row.gold].map((span) => span[0]))].filter((id) => data.articles[id]);
    ids.slice(0, 4).forEach((id) => articles.append(lit(id, row)));
    box.append(told(row), articles);
    item.append(box);
    const mark = box.querySelector("mark");
    if (mark) mark.parentElement.scrollTop = mark.offsetTop - mark.parentElement.offsetTop - 60;
  }

  const items = data.rows.map((row) => {
    const item = make("details"), head = make("summary");
    head.append(make("span", "", row.good ? "ok" : "no"), make("span", row.question), make("small", row.status.replace("_", " ")));
    item.append(head);
    item.addEventListener("toggle", () => item.open && open(item, row));
    list.append(item);
    return [item, row, `${row.id} ${row.question} ${row.text} ${row.answers.join(" ")}`.toLowerCase()];
  });

  const [words, tag, kind] = ["words", "tag", "kind"].map((id) => document.getElementById(id));
  [...new Set(data.rows.flatMap((row) => row.tags))].sort().forEach((name) => tag.append(new Option(name, name)));

  function filter() {
    let shown = 0;
    for (const [item, row, text] of items) {
      const fits = text.includes(words.value.toLowerCase()) && (!tag.value || row.tags.includes(tag.value)) &&
        (!kind.value || (kind.value === "bad" ? !row.good : row.status === kind.value));
      item.hidden = !fits;
      shown += fits;
    }
    document.getElementById("count").textContent = `${shown} of ${items.length}`;
  }
  document.getElementById("filter").addEventListener("input", filter);
  document.getElementById("filter").addEventListener("submit", (event) => event.preventDefault());
  filter();
})();
