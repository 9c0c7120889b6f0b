// Drives the official n8n node's own code against a server: node n8n.cjs BASE_URL PACKAGE_FOLDER FILE
// n8n itself is not needed: the node gets a context that answers its questions and sends its requests to BASE_URL.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const Module = require('node:module');

const [base, folder, file] = process.argv.slice(2);

// The only things the node takes from n8n-workflow at run time are error classes and constants.
const load = Module._load;
class NodeError extends Error {
  constructor(node, error, options) { super(options?.message || error?.message || String(error), { cause: error }); }
}
Module._load = function (name, ...rest) {
  if (name !== 'n8n-workflow') return load.call(this, name, ...rest);
  return new Proxy({ NodeApiError: NodeError, NodeOperationError: NodeError }, { get: (known, key) => known[key] ?? {} });
};

async function send(options) {
  const url = new URL(options.url.replace(/^https:\/\/[a-z]+\.heygen\.com/, base));
  for (const [name, value] of Object.entries(options.qs || {})) url.searchParams.set(name, value);
  const headers = { ...options.headers };
  let body = options.body;
  if (options.json && body !== undefined) { headers['Content-Type'] = 'application/json'; body = JSON.stringify(body); }
  const answer = await fetch(url, { method: options.method, headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${options.method} ${url.pathname}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

const { HeygenNode } = require(path.join(folder, 'dist/nodes/Heygen/HeygenNode.node.js'));
const { HeygenTrigger } = require(path.join(folder, 'dist/nodes/Heygen/HeygenTrigger.node.js'));

// What the node's form would hold: a dotted name reaches into a collection.
function context(parameters, items = [{ json: {} }]) {
  const get = (name, fallback) => {
    let value = parameters;
    for (const part of name.split('.')) value = value?.[part];
    return value === undefined ? fallback : value;
  };
  return {
    getInputData: () => items,
    getNode: () => ({ name: 'HeyGen', type: 'heygen' }),
    getNodeParameter: (name, index, fallback) => get(name, index === undefined || typeof index === 'number' ? fallback : index),
    getCredentials: async () => ({ apiKey: process.env.REDUB_KEY || 'none' }),
    continueOnFail: () => false,
    helpers: {
      httpRequest: send,
      httpRequestWithAuthentication(_, options) { return send(options); },
      returnJsonArray: data => [].concat(data).map(json => ({ json })),
      constructExecutionMetaData: data => data,
    },
  };
}

const run = async (operation, parameters, items) =>
  (await new HeygenNode().execute.call(context({ authentication: 'apiKey', operation, ...parameters }, items)))[0][0].json;

(async () => {
  const made = await run('translateVideo', {
    videoUrl: process.env.CHECK_VIDEO, useMultipleLanguages: false, outputLanguage: 'es',
    additionalFields: { title: 'from n8n', mode: 'fast', speakerNum: 0, callbackId: 'mine', validateOnly: false, createCollection: false },
  });
  const id = made.data.video_translation_ids[0];
  assert.match(id, /^[0-9a-f]{32}-es$/);
  console.log('translation', id);

  const bytes = fs.readFileSync(file);
  const binary = { data: { data: bytes.toString('base64'), fileName: path.basename(file), mimeType: 'video/mp4' } };
  const asset = await run('uploadAssets', { binaryData: true, binaryPropertyName: 'data' }, [{ json: {}, binary }])
    .catch(error => { throw new Error('upload: ' + error.message); });
  assert.strictEqual(asset.data.size_bytes, bytes.length);
  console.log('asset', asset.data.asset_id, asset.data.mime_type);

  const voices = await run('listVoices', { voiceLibraryType: 'public', engineFilter: 'starfish', listPageLimit: 20 });
  assert.ok(voices.data.length > 0);
  console.log('voices', voices.data.length);

  const show = () => send({ method: 'GET', url: `https://api.heygen.com/v3/video-translations/${id}`, headers: { 'X-Api-Key': process.env.REDUB_KEY || 'none' } });
  let shown = await show();
  while (['pending', 'running'].includes(shown.data.status)) {
    await new Promise(wake => setTimeout(wake, 500));
    shown = await show();
  }
  assert.strictEqual(shown.data.status, 'completed', JSON.stringify(shown.data));
  assert.ok(shown.data.video_url);
  console.log('completed', shown.data.output_language, shown.data.duration);
  assert.deepStrictEqual([shown.data.title, shown.data.mode, shown.data.callback_id], ['from n8n', 'speed', 'mine']);

  // The trigger reads `event`, which our messages repeat for it.
  const message = { event_id: '1', event_type: 'video_translate.success', event: 'video_translate.success', event_data: {} };
  const trigger = { getBodyData: () => message, getNodeParameter: () => [], getNode: () => ({}) };
  const heard = await new HeygenTrigger().webhook.call(trigger);
  assert.strictEqual(heard.workflowData[0][0].json.event, 'video_translate.success');
  console.log('trigger', heard.workflowData[0][0].json.message);
})().catch(error => { console.error(error); process.exit(1); });
