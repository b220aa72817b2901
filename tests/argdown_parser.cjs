// Reads a JSON list of Argdown texts on standard input; writes what Argdown's own parser makes of each.
// The folder that holds the package @argdown/core (a node_modules) is the one argument.
"use strict";
const fs = require("fs");
const path = require("path");
const argdown = require(path.join(process.argv[2], "@argdown", "core"));

const app = new argdown.ArgdownApplication();
app.addPlugin(new argdown.ParserPlugin(), "parse-input");
app.addPlugin(new argdown.DataPlugin(), "build-model");
app.addPlugin(new argdown.ModelPlugin(), "build-model");

const messages = (errors) => (errors || []).map((error) => error.message || String(error));

function textOf(member) {
  const found = member.members.filter((one) => !one.isReference && one.text);
  return found.length ? found[0].text.trim() : "";
}

function read(text) {
  const thrown = [];
  let response = {};
  try {
    response = app.run({ input: text, process: ["parse-input", "build-model"], throwExceptions: true });
  } catch (error) {
    thrown.push(error.message || String(error));
  }
  const all = (group) =>
    Object.entries(group || {}).map(([title, one]) => ({ title, text: textOf(one), data: one.data || {} }));
  return {
    errors: [...messages(response.lexerErrors), ...messages(response.parserErrors), ...thrown],
    statements: all(response.statements),
    arguments: all(response.arguments),
    relations: (response.relations || []).map((one) => ({
      type: one.relationType,
      from: one.from.title,
      to: one.to.title,
    })),
  };
}

const texts = JSON.parse(fs.readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(texts.map(read)));
