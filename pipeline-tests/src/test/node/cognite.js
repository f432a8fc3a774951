// Vision extract with Cognite's own client: jobs to their end, failed files, errors and retries.
import assert from 'node:assert/strict';
import {CogniteClient} from '@cognite/sdk';

const baseUrl = process.env.FANFOLD_URL;

function client(project) {
  return new CogniteClient({
    appId: 'fanfold-tests',
    project,
    baseUrl,
    oidcTokenProvider: async () => 'any-token-will-do',
  });
}

async function refused(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  assert.fail('it was not refused');
}

const vision = client('plant').vision;
const TEXT = 1001;
const PERSON = 1002;
const BROKEN = 1003;

// All features, files named in all ways.
const parameters = {
  textDetectionParameters: {threshold: 0.8},
  assetTagDetectionParameters: {threshold: 0.8, partialMatch: true, assetSubtreeIds: [1]},
  peopleDetectionParameters: {threshold: 0.3},
};
const features = ['TextDetection', 'AssetTagDetection', 'PeopleDetection'];
const started = await vision.extract(
  features,
  [
    {fileId: TEXT},
    {fileExternalId: 'astronaut'},
    {fileInstanceId: {space: 'pictures', externalId: 'lower_third'}},
  ],
  parameters
);
console.log('started', JSON.stringify(started));
assert.equal(started.status, 'Queued');
assert.equal(started.errorMessage, null);
assert.ok(Number.isSafeInteger(started.jobId));
assert.deepEqual(started.features, features);
assert.deepEqual(started.parameters, parameters);
assert.deepEqual(started.items, [
  {
    fileId: TEXT,
    fileExternalId: 'lower_third',
    fileInstanceId: {space: 'pictures', externalId: 'lower_third'},
  },
  {fileId: PERSON, fileExternalId: 'astronaut'},
  {
    fileId: TEXT,
    fileExternalId: 'lower_third',
    fileInstanceId: {space: 'pictures', externalId: 'lower_third'},
  },
]);
for (const time of ['createdTime', 'startTime', 'statusTime']) {
  assert.ok(started[time] > 1730204346000, time);
}

const done = await vision.getExtractJob(started.jobId, true, 200, 600);
console.log('done', JSON.stringify(done));
assert.equal(done.status, 'Completed');
assert.equal(done.errorMessage, null);
assert.equal(done.createdTime, started.createdTime);
assert.ok(done.statusTime >= done.startTime && done.startTime >= done.createdTime);
assert.deepEqual(done.parameters, parameters);
assert.equal(done.failedItems, undefined);
assert.deepEqual(done.items.map(item => item.fileId), [TEXT, PERSON, TEXT]);
const [text, person] = done.items.map(item => item.predictions);
assert.deepEqual(
  text.textPredictions.map(line => line.text),
  ['EILEEN COLLINS', 'NASA Astronaut, STS-63 pilot']
);
for (const line of text.textPredictions) {
  const {xMin, xMax, yMin, yMax} = line.textRegion;
  assert.ok(0 <= xMin && xMin < xMax && xMax <= 1 && 0 <= yMin && yMin < yMax && yMax <= 1);
  assert.ok(line.confidence >= 0.8 && line.confidence <= 1);
}
assert.deepEqual(
  text.assetTagPredictions.map(tag => [tag.text, tag.assetRef]),
  [['EILEEN COLLINS', {id: 2}]]
);
assert.deepEqual(text.assetTagPredictions[0].textRegion, text.textPredictions[0].textRegion);
assert.equal(person.peoplePredictions.length, 1);
assert.equal(person.peoplePredictions[0].label, 'person');
assert.ok(person.peoplePredictions[0].boundingBox.xMax <= 1);
assert.deepEqual(person.assetTagPredictions, []);

// Batches of two: the broken file takes the one beside it with it, and no other.
const mixed = await vision.extract(
  ['PeopleDetection'],
  [{fileId: TEXT}, {fileId: BROKEN}, {fileId: PERSON}]
);
const partly = await vision.getExtractJob(mixed.jobId, true, 200, 600);
console.log('partly', JSON.stringify(partly));
assert.equal(partly.status, 'Completed');
assert.deepEqual(partly.items.map(item => item.fileId), [PERSON]);
assert.deepEqual(
  partly.failedItems.map(batch => batch.items.map(item => item.fileId)),
  [[TEXT], [BROKEN]]
);
assert.match(partly.failedItems[1].errorMessage, /^CORRUPT_INPUT: /);

// Nothing but a broken file.
const hopeless = await vision.extract(['PeopleDetection'], [{fileId: BROKEN}]);
const failed = await vision.getExtractJob(hopeless.jobId, true, 200, 600);
console.log('failed', JSON.stringify(failed));
assert.equal(failed.status, 'Failed');
assert.equal(typeof failed.errorMessage, 'string');
assert.deepEqual(failed.items, []);
assert.equal(failed.failedItems.length, 1);

// A good file does not save its batch, nor a job that has no other.
const spoiled = await vision.extract(['PeopleDetection'], [{fileId: TEXT}, {fileId: BROKEN}]);
const none = await vision.getExtractJob(spoiled.jobId, true, 200, 600);
assert.equal(none.status, 'Failed');
assert.deepEqual(none.items, []);
assert.deepEqual(none.failedItems.flatMap(batch => batch.items.map(item => item.fileId)), [
  TEXT,
  BROKEN,
]);

// Errors.
const missing = await refused(vision.extract(['TextDetection'], [{fileId: TEXT}, {fileId: 9}]));
console.log('missing', missing.message);
assert.equal(missing.status, 400);
assert.deepEqual(missing.missing, [{id: 9}]);
assert.ok(missing.requestId);
const beta = await refused(vision.extract(['ValveDetection'], [{fileId: TEXT}]));
assert.equal(beta.status, 400);
assert.match(beta.message, /ValveDetection/);
const twice = await refused(
  vision.extract(['TextDetection', 'TextDetection'], [{fileId: TEXT}])
);
assert.equal(twice.status, 400);
assert.equal((await refused(vision.getExtractJob(7))).status, 400);
assert.equal(
  (await refused(client('yard').vision.getExtractJob(started.jobId))).status,
  400,
  "another project's job"
);

// One job a second is allowed: the client comes back after a 429, and no job is there twice.
const limited = client('limited').vision;
const jobs = new Set();
for (let i = 0; i < 3; i++) {
  jobs.add((await limited.extract(['PeopleDetection'], [{fileExternalId: 'astronaut'}])).jobId);
}
assert.equal(jobs.size, 3);
for (const job of jobs) {
  assert.equal((await limited.getExtractJob(job, true, 200, 600)).status, 'Completed');
}
const listed = await (
  await fetch(baseUrl + '/v1/jobs', {headers: {'Fanfold-Project': 'limited'}})
).json();
assert.equal(listed.total, 3);
console.log('ok');
