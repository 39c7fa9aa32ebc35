/** Sums and maxima over the innermost loop: gathered four at once, stored where the loop ends. */
import type { Width } from "./functions.ts";
import type { FunctionBody } from "./web-assembly.ts";

/** What an innermost loop adds up before it stores it. */
export interface Total {
  readonly add: (width: Width, push: () => void) => void;
  /** Four numbers become one. */
  readonly gather: () => void;
  readonly store: () => void;
}

export function sumInto(body: FunctionBody, pointer: number): Total {
  const halves = [body.local("v128"), body.local("v128")];
  const whole = body.local("f64");
  for (const half of halves) body.zero().set(half);
  return {
    add: (width, push) => {
      if (width === "f32") {
        body.get(whole);
        push();
        body.do("f64.promote_f32", "f64.add").set(whole);
        return;
      }
      for (const [place, half] of halves.entries()) {
        body.get(half);
        push();
        if (place === 1) {
          push();
          body.upperHalf();
        }
        body.do("f64x2.promote_low_f32x4", "f64x2.add").set(half);
      }
    },
    gather: () => {
      body.double(0);
      for (const half of halves) for (const lane of [0, 1]) body.get(half).lane("f64x2", lane).do("f64.add");
      body.set(whole);
    },
    store: () => {
      body.get(pointer).get(pointer).memory("f64.load").get(whole).do("f64.add").memory("f64.store");
    },
  };
}

export function maximumInto(body: FunctionBody, pointer: number): Total {
  const four = body.local("v128");
  const whole = body.local("f32");
  body.float(Number.NEGATIVE_INFINITY).do("f32x4.splat").set(four);
  return {
    add: (width, push) => {
      const local = width === "f32" ? whole : four;
      body.get(local);
      push();
      body.do(`${width}.max`).set(local);
    },
    gather: () => {
      body.float(Number.NEGATIVE_INFINITY);
      for (const lane of [0, 1, 2, 3]) body.get(four).lane("f32x4", lane).do("f32.max");
      body.set(whole);
    },
    store: () => {
      body.get(pointer).get(pointer).memory("f32.load").get(whole).do("f32.max").memory("f32.store");
    },
  };
}
