// callAll in a thread of its own: whoever measures must not wait for the flood's own work. See load.mjs.

import { parentPort, workerData } from "node:worker_threads";

import { callAll } from "./load.mjs";

const { address, path, tokens, options } = workerData;
parentPort.postMessage(await callAll(address, path, tokens, options));
