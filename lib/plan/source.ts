// Pure: no I/O.

/** Source of a setting's value. */
export type Source =
  | { readonly kind: "option"; readonly name: string }
  | { readonly kind: "variable"; readonly name: string }
  | {
    readonly kind: "file";
    readonly path: string;
    readonly keys: readonly string[];
  }
  | { readonly kind: "profile"; readonly profile: string; readonly key: string }
  | { readonly kind: "default" };
