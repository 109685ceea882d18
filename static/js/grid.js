// Comfort for <table data-grid> of plain inputs: moving by keys, pasting a block from Excel or WPS, adding and
// removing rows, running totals. The table works as a form without it.
//
// Markup: a row is a <tr> of the body with cells td.is-in (yours) and td.is-last (shown only; a pasted column skips
// it). <template data-row> in the table or its section, with __i__ for the row's index; an empty input[name$="-key"]
// gets a key, and ids and data-path that end their row part with ":" get it too. button[data-add-row],
// button[data-remove-row]; [data-number] shows the row's number, labels within rows are numbered (第3行 单位).
// td[data-total="weight"][data-due="90"] adds up input[name$="-weight"] and says in [data-total-words] what is
// missing; td[data-sum="funds-year"] adds up input[name^="funds-year-"], both shown as they are typed.

const CONTROL = "input:not([type=hidden]):not([type=checkbox]),select,textarea";

function say(text) {
  document.dispatchEvent(new CustomEvent("jx:say", { detail: { text } }));
}

function report(table, lines) {
  const frame = table.closest(".jx-scroll") || table;
  let box = frame.nextElementSibling;
  if (!box || !box.matches("p.jx-paste")) {
    box = document.createElement("p");
    box.className = "jx-paste";
    frame.after(box);
  }
  box.textContent = lines.join(" ");
  say(lines.join(" "));
}

const rowsOf = (table) => Array.from(table.querySelectorAll("tbody > tr")).filter((row) => row.querySelector("td.is-in"));
const cellsOf = (row) => Array.from(row.cells).filter((cell) => cell.matches("td.is-in,td.is-last"));

function controlOf(cell) {
  const control = cell && cell.matches("td.is-in") ? cell.querySelector(CONTROL) : null;
  return control && !control.disabled && !control.readOnly ? control : null;
}

function placeOf(control) {
  const row = control.closest("tr");
  const table = control.closest("table[data-grid]");
  return { table, row: rowsOf(table).indexOf(row), col: cellsOf(row).indexOf(control.closest("td")) };
}

// ---- moving ------------------------------------------------------------------------------------
function go(control) {
  if (!control) return false;
  control.focus();
  if (control.select) control.select();
  return true;
}

function step(control, down) {
  const { table, row, col } = placeOf(control);
  const rows = rowsOf(table);
  for (let next = row + down; next >= 0 && next < rows.length; next += down) {
    const found = controlOf(cellsOf(rows[next])[col]);
    if (found) return go(found);
  }
  return false;
}

function sideways(control, right) {
  const cells = cellsOf(control.closest("tr"));
  for (let next = cells.indexOf(control.closest("td")) + right; next >= 0 && next < cells.length; next += right) {
    const found = controlOf(cells[next]);
    if (found) return go(found);
  }
  return false;
}

function caretAtEdge(control, right) {
  if (!control.matches("input")) return false;
  const { selectionStart: from, selectionEnd: to, value } = control;
  if (from === 0 && to === value.length) return true; // the whole cell is selected
  return from === to && (right > 0 ? to === value.length : from === 0);
}

function onKey(event) {
  const control = event.target.closest("td.is-in") && event.target.matches(CONTROL) ? event.target : null;
  if (!control || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const isText = control.matches("textarea");
  let moved = false;
  if (event.key === "Enter" && !isText) {
    step(control, event.shiftKey ? -1 : 1);
    moved = true; // Enter never sends the form from inside the grid
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && control.matches("input")) {
    moved = step(control, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "ArrowRight" && !event.shiftKey && caretAtEdge(control, 1)) {
    moved = sideways(control, 1);
  } else if (event.key === "ArrowLeft" && !event.shiftKey && caretAtEdge(control, -1)) {
    moved = sideways(control, -1);
  }
  if (moved) event.preventDefault();
}

// ---- pasting -----------------------------------------------------------------------------------
function quotedEnd(text, start) {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] !== '"') continue;
    if (text[at + 1] === '"') at += 1;
    else return at + 1 === text.length || "\t\r\n".includes(text[at + 1]) ? at : -1;
  }
  return -1;
}

function parseBlock(source) {
  const text = source.replace(/\r\n?/g, "\n").replace(/\u0000/g, "");
  const rows = [[]];
  let at = 0;
  while (at <= text.length) {
    const end = text[at] === '"' ? quotedEnd(text, at) : -1;
    let stop;
    if (end > 0) {
      rows[rows.length - 1].push(text.slice(at + 1, end).replace(/""/g, '"'));
      stop = end + 1;
    } else {
      stop = at;
      while (stop < text.length && text[stop] !== "\t" && text[stop] !== "\n") stop += 1;
      rows[rows.length - 1].push(text.slice(at, stop));
    }
    if (stop >= text.length) break;
    if (text[stop] === "\n") {
      if (stop + 1 === text.length) break; // the line end that Excel and WPS put after the last row
      rows.push([]);
    }
    at = stop + 1;
  }
  return rows;
}

const SAME = { ">=": "≥", "=>": "≥", "<=": "≤", "=<": "≤", "＞": ">", "＜": "<", "＝": "=", "＞＝": "≥", "＜＝": "≤" };
const plain = (text) => {
  const bare = text.replace(/[\s\u3000]+/g, "");
  return SAME[bare] || bare;
};

function choose(select, text) {
  const wanted = plain(text);
  const found = Array.from(select.options).find((option) => plain(option.text) === wanted || option.value === wanted);
  if (!found) return false;
  select.value = found.value;
  return true;
}

function put(control, text) {
  if (control.matches("select")) {
    if (!choose(control, text)) return false;
  } else {
    const value = control.matches("textarea") ? text.trim() : text.replace(/\s*\n\s*/g, " ").trim();
    if (control.maxLength > 0 && value.length > control.maxLength) return false;
    control.value = value;
  }
  control.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

function labelOf(control, row) {
  const label = control.dataset.label || (control.getAttribute("aria-label") || "").replace(/^第[^ ]*行 /, "");
  return `第${row + 1}行 ${label}`.trim();
}

function misfit(control, row, text) {
  const found = text.length > 20 ? `${text.slice(0, 20)}…` : text;
  if (control.matches("select")) return `${labelOf(control, row)}：没有“${found}”这个选项。`;
  return `${labelOf(control, row)}：超过${control.maxLength}个字，没有填入。`;
}

function fillRow(row, index, from, texts, out) {
  const cells = cellsOf(row);
  texts.forEach((text, offset) => {
    const cell = cells[from + offset];
    const control = controlOf(cell);
    if (!cell) out.beyond += text.trim() ? 1 : 0;
    else if (!control) out.skipped += text.trim() ? 1 : 0;
    else if (put(control, text)) out.filled += 1;
    else if (text.trim()) out.misfits.push(misfit(control, index, text));
  });
}

function fill(control, block) {
  const { table, row, col } = placeOf(control);
  const out = { filled: 0, skipped: 0, beyond: 0, rowsLeft: 0, misfits: [] };
  block.forEach((texts, offset) => {
    let line = rowsOf(table)[row + offset];
    if (!line) line = addRow(table);
    if (line) fillRow(line, row + offset, col, texts, out);
    else out.rowsLeft += 1;
  });
  table.dispatchEvent(new Event("change", { bubbles: true }));
  return { table, out };
}

function words(out) {
  const lines = [`粘贴：填入${out.filled}格。`];
  if (out.rowsLeft) lines.push(`${out.rowsLeft}行放不下，没有填入。`);
  if (out.beyond) lines.push(`${out.beyond}格超出右边，没有填入。`);
  if (out.skipped) lines.push(`${out.skipped}格是系统带出的列，没有改动。`);
  const shown = out.misfits.slice(0, 5);
  if (out.misfits.length > shown.length) shown.push(`另有${out.misfits.length - shown.length}格没有填入。`);
  return lines.concat(shown);
}

function onPaste(event) {
  const control = event.target.matches && event.target.matches(CONTROL) ? event.target : null;
  if (!control || !control.closest("td.is-in") || !event.clipboardData) return;
  const text = event.clipboardData.getData("text/plain");
  const block = parseBlock(text);
  const isBlock = block.length > 1 || block[0].length > 1;
  if (!isBlock && !control.matches("select")) return; // one value: the browser's own paste
  if (control.matches("textarea") && !text.includes("\t") && !text.startsWith('"')) return; // a paragraph
  event.preventDefault();
  const { table, out } = fill(control, block);
  report(table, words(out));
}

// ---- rows --------------------------------------------------------------------------------------
function nextIndex(table) {
  const used = Array.from(table.querySelectorAll("[name]"), (control) => {
    const match = /-(\d+)-/.exec(control.name);
    return match ? Number(match[1]) : -1;
  });
  return Math.max(-1, Number(table.dataset.lastIndex || -1), ...used) + 1;
}

function uuid() {
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function templateOf(table) {
  const section = table.closest("section");
  return table.querySelector("template[data-row]") || (section && section.querySelector("template[data-row]"));
}

function giveKey(row) {
  const field = row.querySelector('input[type=hidden][name$="-key"]');
  if (!field || field.value) return;
  field.value = uuid();
  const withKey = (path) => path.replace(/:(?=\.|$)/, `:${field.value}`);
  [row, ...row.querySelectorAll("[id],[data-path]")].forEach((place) => {
    if (place.id) place.id = withKey(place.id);
    if (place.dataset.path) place.dataset.path = withKey(place.dataset.path);
  });
}

function addRow(table, wanted) {
  const template = templateOf(table);
  const rows = rowsOf(table);
  if (!template || rows.length >= Number(table.dataset.maxRows || 100)) return null;
  const index = wanted === undefined ? nextIndex(table) : wanted;
  const copy = document.createElement("template");
  copy.innerHTML = template.innerHTML.replace(/__i__/g, String(index));
  const row = copy.content.querySelector("tr");
  giveKey(row);
  table.dataset.lastIndex = String(Math.max(index, Number(table.dataset.lastIndex || -1)));
  const last = rows[rows.length - 1];
  if (last) last.after(row);
  else table.tBodies[0].prepend(row);
  renumber(table);
  return row;
}

function renumber(table) {
  if (!templateOf(table)) return; // rows with names of their own
  rowsOf(table).forEach((row, index) => {
    row.querySelectorAll("[data-number]").forEach((place) => { place.textContent = String(index + 1); });
    row.querySelectorAll("[data-label],[aria-label]").forEach((control) => {
      control.setAttribute("aria-label", labelOf(control, index));
    });
  });
}

function changed(table) {
  total(table);
  table.dispatchEvent(new Event("input", { bubbles: true }));
  table.dispatchEvent(new Event("change", { bubbles: true }));
}

function onAdd(event, button) {
  const table = document.getElementById(button.dataset.addRow) || button.closest("section").querySelector("table[data-grid]");
  event.preventDefault();
  const row = addRow(table);
  if (!row) {
    report(table, [`最多${table.dataset.maxRows || 100}行，没有增加。`]);
    return;
  }
  changed(table);
  go(row.querySelector(CONTROL));
}

function onRemove(event, button) {
  const table = button.closest("table[data-grid]");
  const row = button.closest("tr");
  event.preventDefault();
  const rows = rowsOf(table);
  const at = rows.indexOf(row);
  const near = rows[at + 1] || rows[at - 1];
  if (near) row.remove();
  else row.querySelectorAll(CONTROL).forEach((control) => { control.value = ""; }); // the last row stays, empty
  renumber(table);
  changed(table);
  go((near || row).querySelector(CONTROL));
  say(`第${at + 1}行已删去。`);
}

// ---- totals ------------------------------------------------------------------------------------
const halfWidth = (text) => text.replace(/[０-９．]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));

function cents(text) {
  const match = /^(-?)(\d*)(?:\.(\d{1,2})\d*)?$/.exec(halfWidth(text).replace(/[,，\s]/g, "").replace("−", "-"));
  if (!match || (!match[2] && !match[3])) return 0;
  const value = Number(match[2] || 0) * 100 + Number((match[3] || "").padEnd(2, "0"));
  return match[1] ? -value : value;
}

function shown(value, places) {
  const sign = value < 0 ? "−" : "";
  const whole = String(Math.floor(Math.abs(value) / 100)).replace(/\B(?=(\d{3})+$)/g, ",");
  const part = String(Math.abs(value) % 100).padStart(2, "0");
  if (places) return `${sign}${whole}.${part}`;
  return `${sign}${whole}${part === "00" ? "" : `.${part.replace(/0$/, "")}`}`;
}

function total(table) {
  table.querySelectorAll("td[data-sum]").forEach((cell) => {
    const fields = Array.from(table.querySelectorAll(`input[name^="${cell.dataset.sum}-"]`));
    if (!fields.length) return; // read-only: the server's own sum stands
    const isFilled = fields.some((field) => field.value.trim());
    cell.textContent = isFilled ? shown(fields.reduce((all, field) => all + cents(field.value), 0), true) : "";
  });
  table.querySelectorAll("td[data-total]").forEach((cell) => {
    const fields = Array.from(table.querySelectorAll(`input[name$="-${cell.dataset.total}"]`));
    const sum = fields.reduce((all, field) => all + cents(field.value), 0);
    cell.textContent = shown(sum, false);
    if (cell.dataset.due) compare(cell, cents(cell.dataset.due), sum);
  });
  count(table);
}

function count(table) { // a row without a name, a value or a weight is not saved
  const section = table.closest("section[id]");
  const place = section && document.querySelector(`[data-row-count="${section.id}"]`);
  if (!place) return;
  const says = (row) => Array.from(row.querySelectorAll("input:not([type=hidden])")).some((field) => field.value.trim());
  place.textContent = `${rowsOf(table).filter(says).length}条`;
}

function compare(cell, due, sum) {
  cell.classList.toggle("has-block", sum !== due);
  const place = cell.parentElement.querySelector("[data-total-words]");
  if (!place) return;
  const gap = shown(Math.abs(due - sum), false);
  const words = document.createElement("span");
  words.className = sum === due ? "jx-song" : "jx-zhu";
  words.textContent = sum === due ? `正好${shown(due, false)}分` : `${sum < due ? "还差" : "多"}${gap}分，应为${shown(due, false)}分`;
  place.replaceChildren(words);
}

// ---- wiring ------------------------------------------------------------------------------------
function inGrid(event) {
  return event.target.closest && event.target.closest("table[data-grid]");
}

document.addEventListener("keydown", (event) => { if (inGrid(event)) onKey(event); });
document.addEventListener("paste", (event) => { if (inGrid(event)) onPaste(event); });
document.addEventListener("input", (event) => {
  const table = inGrid(event);
  if (table) total(table);
});
document.addEventListener("click", (event) => {
  const add = event.target.closest && event.target.closest("button[data-add-row]");
  const remove = event.target.closest && event.target.closest("button[data-remove-row]");
  if (add) onAdd(event, add);
  else if (remove && inGrid(event)) onRemove(event, remove);
});
document.addEventListener("jx:rows", (event) => { // autosave.js puts a copy back that has more rows
  const table = event.target;
  const wanted = event.detail.names.map((name) => /-(\d+)-/.exec(name)).filter(Boolean).map((match) => Number(match[1]));
  const have = (index) => Boolean(table.querySelector(`[name*="-${index}-"]`));
  Array.from(new Set(wanted)).sort((a, b) => a - b).forEach((index) => { if (!have(index)) addRow(table, index); });
}, true);
document.querySelectorAll("table[data-grid]").forEach((table) => {
  rowsOf(table).forEach(giveKey);
  renumber(table);
  total(table);
});
