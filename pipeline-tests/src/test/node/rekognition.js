// Media analysis as a team has it today: start a job, poll it, read the results in the bucket.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  GetMediaAnalysisJobCommand,
  ListMediaAnalysisJobsCommand,
  RekognitionClient,
  StartMediaAnalysisJobCommand,
  paginateListMediaAnalysisJobs,
} from '@aws-sdk/client-rekognition';

const env = process.env;
const bucket = env.FANFOLD_BUCKET;

function connect(settings = {}) {
  return new RekognitionClient({
    endpoint: env.FANFOLD_URL,
    region: 'eu-west-1',
    credentials: { accessKeyId: env.FANFOLD_KEY_ID, secretAccessKey: env.FANFOLD_SECRET },
    ...settings,
  });
}

const client = connect();

function start(settings = {}) {
  return new StartMediaAnalysisJobCommand({
    JobName: 'npm',
    OperationsConfig: { DetectModerationLabels: { MinConfidence: 60 } },
    Input: { S3Object: { Bucket: bucket, Name: 'in.jsonl' } },
    OutputConfig: { S3Bucket: bucket, S3KeyPrefix: 'npm' },
    ...settings,
  });
}

async function ended(JobId) {
  for (let tries = 0; tries < 600; tries++) {
    const job = await client.send(new GetMediaAnalysisJobCommand({ JobId }));
    if (job.Status === 'SUCCEEDED' || job.Status === 'FAILED') {
      return job;
    }
    await wait(100);
  }
  throw new Error(`job ${JobId} did not end`);
}

function read(object) {
  return readFileSync(join(env.FANFOLD_S3_ROOT, object.Bucket, object.Name), 'utf8');
}

async function refused(command, name, by = client) {
  await assert.rejects(by.send(command), (e) => {
    assert.equal(e.name, name);
    assert.ok(e.message);
    assert.ok(e.$metadata.requestId);
    return true;
  });
}

// A job, from its start to its results.
const { JobId } = await client.send(start({ ClientRequestToken: 'npm-1' }));
const job = await ended(JobId);
console.log(job.Status, JSON.stringify(job.Results.S3Object));
assert.equal(job.Status, 'SUCCEEDED');
assert.equal(job.JobName, 'npm');
assert.deepEqual(job.OperationsConfig, { DetectModerationLabels: { MinConfidence: 60 } });
assert.deepEqual(job.OutputConfig, { S3Bucket: bucket, S3KeyPrefix: 'npm' });
assert.ok(job.CreationTimestamp instanceof Date);
assert.ok(job.CompletionTimestamp >= job.CreationTimestamp);
assert.ok(Math.abs(Date.now() - job.CompletionTimestamp) < 120_000);
assert.equal(job.Results.ModelVersions.Moderation, '4.3.0');
const lines = read(job.Results.S3Object).trim().split('\n').map((line) => JSON.parse(line));
assert.equal(lines.length, 3);
assert.deepEqual(lines[0]['detect-moderation-labels'].ModerationLabels, []);
assert.equal(JSON.parse(read(job.ManifestSummary.S3Object)).errors.length, 3);

// The same token again, and with something else.
assert.equal((await client.send(start({ ClientRequestToken: 'npm-1' }))).JobId, JobId);
await refused(
  start({ ClientRequestToken: 'npm-1', JobName: 'other' }),
  'IdempotentParameterMismatchException',
);

// Pages.
await Promise.all([client.send(start()), client.send(start())]);
const seen = [];
for await (const page of paginateListMediaAnalysisJobs({ client, pageSize: 2 }, {})) {
  assert.ok(page.MediaAnalysisJobs.length <= 2);
  seen.push(...page.MediaAnalysisJobs.map((listed) => listed.JobId));
}
assert.ok(seen.includes(JobId) && seen.length >= 3);
assert.equal(new Set(seen).size, seen.length);

// Refusals.
await refused(new GetMediaAnalysisJobCommand({ JobId: '12345' }), 'ResourceNotFoundException');
await refused(new GetMediaAnalysisJobCommand({ JobId: 'a b' }), 'InvalidParameterException');
await refused(
  new ListMediaAnalysisJobsCommand({ MaxResults: 101 }),
  'InvalidParameterException',
);
await refused(
  new ListMediaAnalysisJobsCommand({ NextToken: 'made-up' }),
  'InvalidPaginationTokenException',
);
const stranger = connect({ credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } });
await refused(new ListMediaAnalysisJobsCommand({}), 'UnrecognizedClientException', stranger);
const guesser = connect({
  credentials: { accessKeyId: env.FANFOLD_KEY_ID, secretAccessKey: 'guess' },
});
await refused(new ListMediaAnalysisJobsCommand({}), 'InvalidSignatureException', guesser);

// A machine whose clock is an hour late: the answer puts it right, and the client sends again.
const now = Date.now;
Date.now = () => now() - 3_600_000;
const late = await connect().send(new ListMediaAnalysisJobsCommand({ MaxResults: 1 }));
assert.equal(late.MediaAnalysisJobs.length, 1);
assert.equal(late.$metadata.attempts, 2);
