// AWS's runtime client for Lambda has one native module, which does nothing but HTTP with the Runtime API. This is that module in
// JavaScript, so that the client itself, which is AWS's own and unchanged, runs without a compiler.
const { request } = require('node:http');
const Module = require('node:module');

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const ROOT = '/2018-06-01/runtime/invocation';

const load = Reflect.get(Module, '_load');
Reflect.set(Module, '_load', (name, ...rest) =>
  name === './rapid-client.node' ? transport : load(name, ...rest),
);

// `done` and `error` return before they are through, and the next invocation is asked for after them.
let posted = Promise.resolve();
const transport = {
  next: async () => {
    await posted;
    const { headers, body } = await call('GET', `${ROOT}/next`);
    return { bodyJson: body, headers };
  },
  done: (id, body) => void (posted = call('POST', `${ROOT}/${id}/response`, body)),
  error: (id, body) => void (posted = call('POST', `${ROOT}/${id}/error`, body)),
};

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, method }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => resolve({ headers: answer.headers, body: text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
