// Stands in for scap: a menu that is steered with arrow keys, and after it an editor that owns the whole screen.
const readline = require("node:readline");
readline.emitKeypressEvents(process.stdin);
process.stdin.setRawMode(true);

const items = ["staging", "production", "cancel"];
let marked = 0;
let isDrawn = false;
let text = "";
let handle = inMenu;

function drawMenu() {
  if (isDrawn) process.stdout.write("\x1b[3A");
  isDrawn = true;
  for (const [n, item] of items.entries())
    process.stdout.write(`\x1b[2K\x1b[G${n === marked ? `\x1b[36m❯ ${item}\x1b[0m` : `  ${item}`}\n`);
}

function inMenu(_, key) {
  if (key.name === "down") marked = Math.min(2, marked + 1);
  if (key.name === "up") marked = Math.max(0, marked - 1);
  if (key.name !== "return") return drawMenu();
  process.stdout.write(`chosen ${items[marked]}\n\x1b[?1049h\x1b[2J`);
  handle = inEditor;
  drawEditor();
}

function drawEditor() {
  process.stdout.write(`\x1b[H\x1b[K${text}\x1b[50;1H\x1b[7m Escape saves \x1b[0m\x1b[1;${text.length + 1}H`);
}

function inEditor(characters, key) {
  if (key.name === "escape") {
    process.stdout.write(`\x1b[?1049lsaved "${text}"\n`);
    process.exit(0);
  }
  text += characters ?? "";
  drawEditor();
}

process.stdout.write("? Where to (use the arrow keys)\n");
drawMenu();
process.stdin.on("keypress", (characters, key) => handle(characters, key));
