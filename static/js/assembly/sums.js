// The sums of the matrix as it is typed. Points are counted in ten-thousandths: no binary fractions.
//   [data-sum=row|column|whole]   [data-share]   [data-total=count|points|pretest]   [data-extra]   [data-off-target]

const GRAIN = 10000;

export function showSums(form) {
  const rows = rowsOf(form);
  const counted = rows.filter((row) => row.count > 0);
  const whole = sum(counted, (row) => row.count);
  for (const cell of form.querySelectorAll('[data-sum="row"]')) {
    const topic = cell.closest("tr").querySelector('input[name$="-topic"]').value;
    cell.textContent = sum(counted.filter((row) => row.topic === topic), (row) => row.count);
  }
  for (const cell of form.querySelectorAll('[data-sum="column"]')) {
    const key = cell.dataset.key;
    const count = sum(counted.filter((row) => (row.level || "any") === key), (row) => row.count);
    cell.textContent = count;
    const share = form.querySelector(`[data-share="${key}"]`);
    const percent = whole ? Math.round((100 * count) / whole) : 0;
    const target = form.querySelector(`[data-target="${key}"]`)?.value.trim();
    share.textContent = form.dataset.sayShare.replace("__", percent);
    share.classList.toggle("is-off", Boolean(target) && whole > 0 && Math.abs(percent - parseInt(target, 10)) > 2);
  }
  form.querySelector('[data-sum="whole"]').textContent = whole;
  showExtras(form, rows);
  showTotals(form, counted, whole);
}

function showTotals(form, counted, whole) {
  const trial = sum(counted.filter((row) => row.isTrial), (row) => row.count);
  const points = sum(counted.filter((row) => !row.isTrial), (row) => row.count * row.points);
  const target = parse(form.elements.target_points.value);
  form.querySelector('[data-total="count"]').textContent = whole;
  form.querySelector('[data-total="pretest"]').textContent = trial;
  form.querySelector("[data-pretest]").hidden = !trial;
  form.querySelector('[data-total="points"]').textContent = write(points, form.dataset.locale);
  form.querySelector("[data-of-target]").textContent = target ? ` / ${write(target, form.dataset.locale)}` : "";
  const note = form.querySelector("[data-off-target]");
  note.textContent = target && whole && target !== points ? note.dataset.offTarget : "";
}

function showExtras(form, rows) {
  for (const place of form.querySelectorAll("input[data-row]")) {
    const main = Number(place.dataset.row);
    const own = rows.find((row) => row.number === main);
    const others = rows.filter((row) => row.number !== main && row.topic === own.topic && row.level === own.level);
    const extra = place.closest("td").querySelector("[data-extra]");
    const count = sum(others, (row) => row.count);
    extra.hidden = !count;
    extra.textContent = count ? form.dataset.sayMore.replace("__", count) : "";
  }
}

function rowsOf(form) {
  const found = new Map();
  for (const field of form.elements) {
    const name = /^rows-(\d+)-(\w+)$/.exec(field.name);
    if (!name) continue;
    const row = found.get(name[1]) || { number: Number(name[1]) };
    row[name[2]] = field.type === "checkbox" ? field.checked : field.value.trim();
    found.set(name[1], row);
  }
  return [...found.values()].map((row) => ({
    number: row.number,
    topic: row.topic || "",
    level: row.level || "",
    count: /^\d{1,3}$/.test(row.count || "") ? Number(row.count) : 0,
    points: parse(row.points) ?? parse(form.elements[`points-${row.level || "any"}`]?.value) ?? GRAIN,
    isTrial: row.pretest === true,
  }));
}

export function parse(typed) {
  const found = /^\s*(\d{1,6})(?:[.,](\d{1,4}))?\s*$/.exec(typed || "");
  return found ? Number(found[1]) * GRAIN + Number((found[2] || "").padEnd(4, "0")) : null;
}

function write(value, locale) {
  const whole = Math.floor(value / GRAIN);
  const places = String(value % GRAIN).padStart(4, "0").replace(/0+$/, "");
  return places ? `${whole}${locale === "vi" ? "," : "."}${places}` : String(whole);
}

function sum(rows, of) {
  return rows.reduce((total, row) => total + of(row), 0);
}
