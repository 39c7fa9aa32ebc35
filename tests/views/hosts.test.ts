import { describe, expect, it } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { diagnose } from "../../compiler/diagnostics/diagnostic.ts";
import { githubAnnotation } from "../../views/github/github.ts";
import { sarifLog } from "../../views/sarif/sarif.ts";

const path = "nets/my net.fcn";
const text = "network N {\n  input image [1, H, W]\n  rellu\n  output y\n}\n";
const place = (part: string) => ({
  file: path,
  start: text.indexOf(part),
  end: text.indexOf(part) + part.length,
});
const files = new Map([[path, { path, text }]]);
const tool = {
  version: "1.2.3",
  page: (code: string) =>
    code === "names/unknown" ? "# names/unknown: nothing has this name\n\nWhy." : undefined,
};

/** A diagnostic with everything that one can have. */
const full = {
  ...diagnose("structure/no-input", { network: "N" }, place("rellu\n  output")),
  message: "100 % wrong: a, b",
  severity: "warning" as const,
  related: [{ span: place("input image"), message: "the input" }],
  fixes: [
    {
      title: "write relu",
      safe: true,
      edits: [
        { span: place("rellu"), text: "relu" },
        { span: place(" y"), text: "" },
      ],
    },
  ],
};

describe("a SARIF log", () => {
  it("has the rule with its page, the place with exact columns, related places and fixes", () => {
    const [run] = sarifLog([{ diagnostics: [full], files }], tool).runs;
    expect(run?.tool.driver).toEqual({
      name: "fcn",
      version: "1.2.3",
      rules: [{ id: "structure/no-input" }],
    });
    expect(run?.artifacts).toEqual([{ location: { uri: "nets/my%20net.fcn" }, sourceLanguage: "fcn" }]);
    const artifactLocation = { uri: "nets/my%20net.fcn" };
    const region = { startLine: 3, startColumn: 3, endLine: 4, endColumn: 9 };
    expect(run?.results).toEqual([
      {
        ruleId: "structure/no-input",
        ruleIndex: 0,
        level: "warning",
        message: { text: `100 % wrong: a, b\n${full.help}` },
        locations: [{ physicalLocation: { artifactLocation, region } }],
        relatedLocations: [
          {
            id: 0,
            physicalLocation: {
              artifactLocation,
              region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 14 },
            },
            message: { text: "the input" },
          },
        ],
        fixes: [
          {
            description: { text: "write relu" },
            artifactChanges: [
              {
                artifactLocation,
                replacements: [
                  {
                    deletedRegion: { startLine: 3, startColumn: 3, endLine: 3, endColumn: 8 },
                    insertedContent: { text: "relu" },
                  },
                  { deletedRegion: { startLine: 4, startColumn: 9, endLine: 4, endColumn: 11 } },
                ],
              },
            ],
          },
        ],
      },
    ]);
  });

  it("carries the page about a code as the help of its rule, once for many results", () => {
    const checked = compile({ path, text: text.replace("rellu", "rellu rellu") }, { read: () => undefined });
    const [run] = sarifLog([checked, checked], tool).runs;
    const page = "# names/unknown: nothing has this name\n\nWhy.";
    expect(run?.tool.driver.rules).toEqual([
      {
        id: "names/unknown",
        shortDescription: { text: "nothing has this name" },
        help: { text: page, markdown: page },
      },
    ]);
    expect(run?.results?.map(({ ruleIndex }) => ruleIndex)).toEqual([0, 0, 0, 0]);
  });

  it("places a wrong setting in no file", () => {
    const settings = new Map([["width", "8,9"]]);
    const checked = compile({ path, text }, { read: () => undefined }, { settings });
    const [run] = sarifLog([checked], tool).runs;
    expect(run?.artifacts?.map(({ location }) => location?.uri)).toEqual(["nets/my%20net.fcn"]);
    const result = run?.results?.find(({ ruleId }) => ruleId === "values/setting");
    expect(result?.locations).toEqual([{ message: { text: "setting width=8,9" } }]);
  });

  it("names absolute paths as file URIs, those of Windows too", () => {
    for (const [absolute, uri] of [
      ["/home/a b/n.fcn", "file:///home/a%20b/n.fcn"],
      ["C:\\nets\\n.fcn", "file:///C:/nets/n.fcn"],
      ["./nets/n.fcn", "nets/n.fcn"],
      ["..\\n.fcn", "../n.fcn"],
    ] as const) {
      const [run] = sarifLog([compile({ path: absolute, text }, { read: () => undefined })], tool).runs;
      expect(run?.artifacts?.[0]?.location?.uri).toBe(uri);
    }
  });
});

describe("an annotation of GitHub Actions", () => {
  it("escapes what has a meaning there, and leaves the columns of several lines out", () => {
    expect(githubAnnotation(full, files)).toBe(
      `::warning file=nets/my net.fcn,line=3,endLine=4,title=structure/no-input::100 %25 wrong: a, b%0Ahelp: ${full.help}`,
    );
  });

  it("is a notice for information, with its columns on one line", () => {
    const information = { ...full, severity: "information" as const, span: place("rellu"), help: undefined };
    expect(githubAnnotation(information, files)).toBe(
      "::notice file=nets/my net.fcn,line=3,endLine=3,col=3,endColumn=8,title=structure/no-input::100 %25 wrong: a, b",
    );
  });
});
