// The story of a team that has its classify jobs run here instead: samples are uploaded as a device
// does, the rest is edge-impulse-api as it comes from npm.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import EdgeImpulse from 'edge-impulse-api';

const { EdgeImpulseApi } = EdgeImpulse;
const endpoint = process.env.FANFOLD_URL;
const directory = process.env.SIGNALS;
const projectId = 42;
const apiKey = 'ei_42_key';

async function upload(category, name, body, headers = {}) {
  const type = name.endsWith('.csv') ? 'text/csv' : 'application/json';
  const response = await fetch(`${endpoint}/api/${category}/data`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'x-file-name': name, 'content-type': type, ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
}

const files = (await readdir(directory)).sort();
for (const name of files) {
  const { status, text } = await upload('testing', name, await readFile(join(directory, name)));
  assert.equal(status, 200, text);
}
console.log(`uploaded ${files.length} samples`);

const broken = await upload('testing', 'idle.broken.json', '{"payload":{}}');
assert.equal(broken.status, 400);
assert.match(JSON.parse(broken.text).error, /interval_ms/);

const again = await upload('testing', files[0], await readFile(join(directory, files[0])), {
  'x-disallow-duplicates': '1',
});
assert.match(JSON.parse(again.text).error, /already exists/);

const form = new FormData();
form.append('data', new Blob([await readFile(join(directory, files[0]))]), files[0]);
form.append('data', new Blob(['not a recording']), 'wave.x.csv');
const formed = await (
  await fetch(`${endpoint}/api/training/files`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: form,
  })
).json();
assert.equal(formed.success, false);
assert.deepEqual(formed.files.map((file) => file.success), [true, false]);

const api = new EdgeImpulseApi({ endpoint });
await api.authenticate({ method: 'apiKey', apiKey });

const listed = await api.rawData.listSamples(projectId, { category: 'testing', limit: 5 });
assert.equal(listed.totalCount, files.length);
assert.ok(listed.samples[0].created instanceof Date);
const counted = await api.rawData.countSamples(projectId, { category: 'training' });
assert.equal(counted.count, 1);

const refused = (promise, pattern) => assert.rejects(promise, (e) => pattern.test(e.message));
await refused(api.classify.getClassifyJobResultPage(projectId, {}), /no classify results/);
await refused(
  api.jobs.startClassifyJob(projectId, { modelVariants: ['akida'] }, { impulseId: 1 }),
  /akida/,
);
await refused(api.jobs.getJobStatus(projectId, 77), /no job 77/);
const closed = new EdgeImpulseApi({ endpoint });
await refused(closed.jobs.getJobStatus(projectId, 77), /No credential/);

const { id } = await api.jobs.startClassifyJob(
  projectId,
  { modelVariants: ['int8', 'float32'] },
  { impulseId: 1 },
);
console.log('started', typeof id);
let log = '';
await api.runJobUntilCompletion({ type: 'project', projectId, jobId: id }, (line) => (log += line));
console.log(log.replaceAll(/\d{10,}/g, 'N'));
assert.match(log, /Connected to job/);
// The client leaves when the status says so, whether or not the last lines have come.
assert.match(log, /Classifying \d+ samples \(int8\)/);
const ended = String(await api.jobs.downloadJobsLogs(projectId, id, {}));
assert.match(ended, /Job completed \(int8\)/);
assert.match(ended, /Job completed \(float32\)/);

const { job } = await api.jobs.getJobStatus(projectId, id);
assert.equal(job.finishedSuccessful, true);
assert.ok(job.finished instanceof Date && job.started <= job.finished);
assert.deepEqual(job.metadata.modelVariants, ['int8', 'float32']);

const page = await api.classify.getClassifyJobResultPage(projectId, {
  limit: 2,
  offset: 1,
  variant: 'int8',
  impulseId: 1,
  truncateStructuredLabels: true,
  minDate: new Date(0),
});
assert.equal(page.totalCount, files.length);
assert.equal(page.result.length, 2);
for (const { sample, classifications } of page.result) {
  assert.ok(sample.added instanceof Date);
  assert.equal(classifications[0].resultCount, classifications[0].result.length);
  assert.equal(classifications[0].expectedLabels.length, classifications[0].resultCount);
  const scores = Object.entries(classifications[0].result[0]).filter(([key]) => key !== 'anomaly');
  assert.ok(Math.abs(scores.reduce((sum, [, score]) => sum + score, 0) - 1) < 0.01);
}
const plain = await api.classify.getClassifyJobResultPage(projectId, { limit: 2, offset: 1, variant: 'int8' });
assert.deepEqual(plain.result, page.result);
const one = page.result[0].sampleId;
const found = await api.classify.getClassifyJobResultPage(projectId, { minId: one, maxId: one + 1 });
assert.deepEqual(found.result.map((result) => result.sampleId), [one]);
assert.equal(found.totalCount, 1);

const whole = await api.classify.getClassifyJobResult(projectId, { variant: 'float32', impulseId: 1 });
assert.equal(whole.result.length, files.length);
const { good, bad } = whole.accuracy.totalSummary;
assert.equal(good + bad, whole.predictions.length);
assert.equal(good, whole.predictions.filter((each) => each.predictionCorrect).length);
assert.ok(whole.accuracy.accuracyScore > 0.9, `accuracy ${whole.accuracy.accuracyScore}`);
assert.deepEqual([...whole.availableVariants].sort(), ['float32', 'int8']);
console.log('accuracy', whole.accuracy.accuracyScore, JSON.stringify(whole.accuracy.confusionMatrixValues));

const stdout = await api.jobs.getJobsLogs(projectId, id, { limit: 2, logLevel: 'info' });
assert.equal(stdout.stdout.length, 2);
assert.ok(stdout.totalCount > 2);
assert.ok(stdout.stdout[0].created instanceof Date);

const all = await api.jobs.listAllJobs(projectId, { rootOnly: true, finished: 'successful', key: 'classify' });
assert.deepEqual(all.jobs.map((each) => each.id), [id]);
assert.equal(all.totalJobCount, 1);
assert.equal((await api.jobs.listAllJobs(projectId, {})).totalJobCount, 2);
assert.equal((await api.jobs.listAllJobs(projectId, { finished: 'failed' })).totalJobCount, 0);
const since = await api.jobs.listFinishedJobs(projectId, { startDate: new Date(0), rootOnly: true });
assert.equal(since.totalJobCount, 1);
assert.equal((await api.jobs.listActiveJobs(projectId, {})).jobs.length, 0);
await api.jobs.updateJob(projectId, id, {});
await refused(api.jobs.updateJob(projectId, id, { jobNotificationUids: [1] }), /e-mail/);

const { id: second } = await api.jobs.startClassifyJob(projectId, { modelVariants: ['int8'] }, { impulseId: 1 });
await api.jobs.cancelJob(projectId, second, { forceCancel: 'true' });
assert.equal((await api.jobs.getJobStatus(projectId, second)).job.id, second);

await api.rawData.deleteSample(projectId, one);
const left = await api.rawData.countSamples(projectId, { category: 'testing' });
assert.equal(left.count, files.length - 1);
await refused(api.rawData.deleteSample(projectId, one), /no such sample/);

const stranger = new EdgeImpulseApi({ endpoint });
await stranger.authenticate({ method: 'apiKey', apiKey: 'ei_43' });
// A young id may be one that is not known yet.
await refused(stranger.jobs.getJobStatus(43, id), /no job|not/);
console.log('done');
