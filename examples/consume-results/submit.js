// Submits a job by producing to job-submissions, without HTTP.
//
//   node submit.js [--kafka HOST:PORT] [--registry URL] --job ID --feature NAME URI...
//
// --job  a number from 1 to 2^53 - 1 that no other job has; sending it again changes nothing
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AvroSerializer, SchemaRegistryClient, SerdeType } from '@confluentinc/schemaregistry';
import kafkajs from 'kafkajs';

const TOPIC = 'job-submissions';
const SCHEMA = '../../schemas/src/test/resources/released/JobSubmission/0.1.0.avsc';

const { values: options, positionals: uris } = parseArgs({
  allowPositionals: true,
  options: {
    kafka: { type: 'string', default: '127.0.0.1:9092' },
    registry: { type: 'string', default: 'http://127.0.0.1:8081' },
    job: { type: 'string' },
    feature: { type: 'string' },
  },
});

const registry = new SchemaRegistryClient({ baseURLs: [options.registry] });
await registry.register(`${TOPIC}-value`, {
  schemaType: 'AVRO',
  schema: await readFile(new URL(SCHEMA, import.meta.url), 'utf8'),
});
const avro = new AvroSerializer(registry, SerdeType.VALUE, { useLatestVersion: true });
// Fields that are left out have the defaults of the schema.
const value = await avro.serialize(TOPIC, {
  items: uris.map((uri) => ({ uri })),
  features: [{ name: options.feature }],
});

const kafka = new kafkajs.Kafka({
  clientId: 'submit',
  brokers: options.kafka.split(','),
  logLevel: kafkajs.logLevel.ERROR,
});
const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
await producer.connect();
await producer.send({ topic: TOPIC, acks: -1, messages: [{ key: options.job, value }] });
await producer.disconnect();
console.log(`job ${options.job}, ${uris.length} items`);
