/** Times go on while the page is open, and moments are told in the reader's own zone. */

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
];
/** Ms; less than this is shown as urgent, as the server does. */
const HURRY = 600_000;

/** As the server words them: the two largest units, no seconds beside minutes. */
function roughly(ms) {
  let rest = Math.max(0, Math.floor(ms / 1_000));
  if (rest >= 60) rest -= rest % 60;
  const parts = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.slice(0, 2).join(" ") || "0s";
}

function tick() {
  const now = Date.now();
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const age = now - Date.parse(time.dateTime);
    setText(time, age < 1_000 ? "just now" : `${roughly(age)} ago`);
  }
  for (const time of document.querySelectorAll("time[data-left]")) {
    const rest = Date.parse(time.dateTime) - now;
    setText(time, rest <= 0 ? "overdue" : `${roughly(rest)} left`);
    time.className = rest < HURRY ? "hurry" : "calm";
  }
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const LOCAL = {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  // The state line names hours of UTC beside it.
  timeZoneName: "short",
};

function localTimes() {
  for (const time of document.querySelectorAll("time[data-at]:not([title])")) {
    time.title = time.textContent;
    time.textContent = new Date(time.dateTime).toLocaleString(undefined, LOCAL);
  }
}

localTimes();
document.addEventListener("hitl:fresh", localTimes);
setInterval(tick, 5_000);
