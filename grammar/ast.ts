/**
 * The syntax tree of a `.fcn` file: structure only, no meaning.
 *
 * Which operations exist, what their arguments mean and which words a `train` section knows is decided in
 * `compiler/`; here a call is a name with arguments. Every node carries the exact span of its text.
 */
import type { Argument, Expression, ListLiteral, Name, StringLiteral } from "./expression.ts";
import type { Span } from "./span.ts";

export interface Program {
  readonly kind: "program";
  readonly file: string;
  readonly items: readonly Item[];
  readonly span: Span;
}

export type Item = Import | Network | Block | Train;

/** `import { vgg16, vgg16_parts as parts } from "std/encoders"` */
export interface Import {
  readonly kind: "import";
  readonly names: readonly { readonly name: Name; readonly alias: Name | undefined }[];
  readonly from: StringLiteral;
  readonly span: Span;
}

/** `network UNet(classes = 2) { … }`. `doc` is the text of the `///` lines above it, without the slashes. */
export interface Network {
  readonly kind: "network";
  readonly doc: string | undefined;
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
  readonly span: Span;
}

/** `block double(c, kernel = 3x3) { … }`, at the top of a file or inside a network. */
export interface Block {
  readonly kind: "block";
  readonly doc: string | undefined;
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
  readonly span: Span;
}

/** A parameter; without a default, the argument is required. `type` is the optional `: name` after it. */
export interface Parameter {
  readonly kind: "parameter";
  readonly name: Name;
  readonly type: Name | undefined;
  readonly default: Expression | undefined;
  readonly span: Span;
}

/** `{ … }` with its statements. */
export interface Body {
  readonly kind: "body";
  readonly statements: readonly Statement[];
  readonly span: Span;
}

export type Statement =
  | Input
  | Output
  | Apply
  | Section
  | Skip
  | Fork
  | Path
  | Residual
  | CropTo
  | From
  | For
  | Repeat
  | If
  | Let
  | Expect
  | Block;

/** `input image [3, H, W]` */
export interface Input {
  readonly kind: "input";
  readonly name: Name;
  readonly shape: ListLiteral;
  readonly span: Span;
}

/** `output labels by softmax`, `output side[i] by sigmoid` */
export interface Output {
  readonly kind: "output";
  readonly name: Name;
  /** Of one output of a family; empty without brackets. */
  readonly indices: readonly Expression[];
  readonly activation: Name | undefined;
  readonly options: readonly Argument[];
  readonly span: Span;
}

/** One call of an operation or a block on the current feature map: `conv(64, 3x3)`, `relu`, `vgg16(border = 1) as v`. */
export interface Apply {
  readonly kind: "apply";
  readonly callee: Name;
  /** `undefined` when no parentheses are written. */
  readonly arguments: readonly Argument[] | undefined;
  readonly as: Target | undefined;
  readonly span: Span;
}

/** The name that `as` binds: `as score`, `as level[i]`, `as node[i, j]`, `as new state`. */
export interface Target {
  readonly kind: "target";
  readonly name: Name;
  /** Empty without brackets. */
  readonly indices: readonly Expression[];
  /** With `new`, a name that is bound already names this feature map from here on. */
  readonly renewed: boolean;
  readonly span: Span;
}

/**
 * `encoder { … }`, `encoder vgg { … }`, `encoder vgg = vgg16(border = 100)`; likewise `decoder`. `dilated to 1/8` is
 * written before the body, or after the call.
 */
export interface Section {
  readonly kind: "section";
  readonly role: "encoder" | "decoder";
  readonly roleSpan: Span;
  readonly name: Name | undefined;
  readonly content: Body | Apply;
  /** The resolution after `dilated to`. */
  readonly dilatedTo: Expression | undefined;
  readonly span: Span;
}

/**
 * `skip level[i] by concat, crop = aligned { conv(21, 1x1) }`: joins one or more other feature maps, each after an optional path, to
 * the current one.
 */
export interface Skip {
  readonly kind: "skip";
  readonly sources: readonly Expression[];
  readonly join: Name;
  readonly options: readonly Argument[];
  readonly path: Body | undefined;
  readonly as: Target | undefined;
  readonly span: Span;
}

/** `fork by concat { path { … } path { … } }`: every path starts at the current feature map; their results are joined. */
export interface Fork {
  readonly kind: "fork";
  readonly join: Name;
  readonly options: readonly Argument[];
  readonly body: Body;
  readonly as: Target | undefined;
  readonly span: Span;
}

/** One branch of a fork. `path { }` passes the feature map through unchanged. */
export interface Path {
  readonly kind: "path";
  readonly body: Body;
  readonly as: Target | undefined;
  readonly span: Span;
}

/** `residual { … } shortcut { … }`: the result of the body plus its input, which goes through the shortcut if there is one. */
export interface Residual {
  readonly kind: "residual";
  readonly body: Body;
  readonly shortcut: Body | undefined;
  readonly as: Target | undefined;
  readonly span: Span;
}

/** `crop to image, aligned` */
export interface CropTo {
  readonly kind: "crop_to";
  readonly reference: Expression;
  readonly options: readonly Argument[];
  readonly as: Target | undefined;
  readonly span: Span;
}

/** `from level[0]`: makes that feature map the current one. */
export interface From {
  readonly kind: "from";
  readonly source: Expression;
  readonly span: Span;
}

/** `for i in reversed(0 ..< depth) { … } as features` */
export interface For {
  readonly kind: "for";
  readonly variable: Name;
  readonly values: Expression;
  readonly body: Body;
  readonly as: Target | undefined;
  readonly span: Span;
}

/** `repeat 3 { … } as features` */
export interface Repeat {
  readonly kind: "repeat";
  readonly times: Expression;
  readonly body: Body;
  readonly as: Target | undefined;
  readonly span: Span;
}

/** `if a { … } else if b { … } else { … } as features` */
export interface If {
  readonly kind: "if";
  readonly condition: Expression;
  readonly then: Body;
  readonly else: Body | If | undefined;
  /** After the last branch; the `if` of an `else if` has none. */
  readonly as: Target | undefined;
  readonly span: Span;
}

/** `let wide = width * 2` */
export interface Let {
  readonly kind: "let";
  readonly name: Name;
  readonly value: Expression;
  readonly span: Span;
}

/** `expect [512, H/16, W/16] stride 16 field 196 offset 0`: `shape` and each named fact are optional, not all absent. */
export interface Expect {
  readonly kind: "expect";
  readonly shape: ListLiteral | undefined;
  readonly facts: readonly { readonly name: Name; readonly value: Expression }[];
  readonly span: Span;
}

/** `train UNet { … }` */
export interface Train {
  readonly kind: "train";
  readonly doc: string | undefined;
  readonly network: Name;
  readonly entries: readonly TrainEntry[];
  readonly span: Span;
}

/**
 * One line of a `train` section: a key and comma-separated phrases (`stop after 8 epochs without improvement` is one phrase of
 * six terms). A line ends with its text line unless a bracket is open or it ends in a comma.
 */
export interface TrainEntry {
  readonly kind: "entry";
  readonly key: Name;
  readonly phrases: readonly Phrase[];
  readonly span: Span;
}

export interface Phrase {
  readonly kind: "phrase";
  /** `ignore` in `ignore = 11`; `side[1]` in `side[1] = dice`, whatever spaces are in it. */
  readonly name: Name | undefined;
  readonly terms: readonly Expression[];
  readonly span: Span;
}
