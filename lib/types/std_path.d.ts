// Types of the part of @std/path that is used here: the npm build carries none.
export declare function dirname(path: string): string;
export declare function join(...paths: string[]): string;
export declare function resolve(...paths: string[]): string;
