// SPDX-License-Identifier: MIT
// onnxruntime.mjs RUNTIME MODEL INPUTS SHAPE OUT: float32 inputs in, the first output as float32 out.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [runtime, model, inputs, shape, out] = process.argv.slice(2);
const ort = createRequire(runtime + "/")("onnxruntime-web");
ort.env.wasm.numThreads = 1;
ort.env.wasm.proxy = false;
const session = await ort.InferenceSession.create(readFileSync(model), { executionProviders: ["wasm"] });
const bytes = readFileSync(inputs);
const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const results = await session.run({ input: new ort.Tensor("float32", numbers, JSON.parse(shape)) });
const answers = (results.probabilities ?? results.values).data;
writeFileSync(out, Buffer.from(answers.buffer, answers.byteOffset, answers.byteLength));
