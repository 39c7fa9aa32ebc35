/** A page of HTML with the look and the script of a report. */
import { escapeText } from "./escape.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/** Nothing is loaded from elsewhere, and a page says so to the browser. */
const policy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'";

/** @param live whether it asks its server for new figures */
export function document(title: string, main: string, live = false): string {
  return `<!doctype html>
<html lang="en"${live ? " data-live" : ""}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeText(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${main}
</main>
<script>${script}</script>
</body>
</html>
`;
}
