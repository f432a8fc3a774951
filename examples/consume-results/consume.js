// Prints one line for each item of the item-results topic.
//
//   node consume.js [--kafka HOST:PORT] [--registry URL] [--job ID] [--group NAME] [--idle SECONDS]
//
// --job    only the items of this job
// --group  consumer group (default: a new one each time, which reads from the beginning)
// --idle   end when nothing has come for so long (default: run until Ctrl-C)
import { parseArgs } from 'node:util';
import { AvroDeserializer, SchemaRegistryClient, SerdeType } from '@confluentinc/schemaregistry';
import kafkajs from 'kafkajs';
import lz4 from 'lz4js';

const { Kafka, CompressionCodecs, CompressionTypes, logLevel } = kafkajs;

const { values: options } = parseArgs({
  options: {
    kafka: { type: 'string', default: '127.0.0.1:9092' },
    registry: { type: 'string', default: 'http://127.0.0.1:8081' },
    job: { type: 'string' },
    group: { type: 'string', default: `consume-results-${process.pid}-${Date.now()}` },
    idle: { type: 'string' },
  },
});

// Workers compress with lz4, which kafkajs does not know by itself.
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async (encoder) => Buffer.from(lz4.compress(encoder.buffer)),
  decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
});

const registry = new SchemaRegistryClient({ baseURLs: [options.registry] });
const avro = new AvroDeserializer(registry, SerdeType.VALUE, {});
const kafka = new Kafka({
  clientId: 'consume-results',
  brokers: options.kafka.split(','),
  logLevel: logLevel.ERROR,
});
// Reading what is not committed would show results of aborted transactions: items twice, or with
// results that never came to be. This is the default of kafkajs, but not of every client.
const consumer = kafka.consumer({ groupId: options.group, readUncommitted: false });

let items = 0;
let idle;
let stopping;

function stop() {
  stopping ??= consumer.disconnect().then(() => {
    clearTimeout(idle);
    console.error(`${items} items`);
  });
}

function waitForMore() {
  if (options.idle) {
    clearTimeout(idle);
    idle = setTimeout(stop, Number(options.idle) * 1000);
  }
}

function described({ feature, label, text, confidence }) {
  const what = text == null ? (label ?? '') : JSON.stringify(text);
  return `${feature} ${what}${confidence == null ? '' : ` ${confidence.toFixed(2)}`}`;
}

function line(chunk, { index, uri, failure, predictions }) {
  const outcome = failure
    ? `${failure.code}: ${failure.message}`
    : predictions.map(described).join(', ') || 'nothing found';
  return `${chunk.jobId} ${index} ${uri.split('/').pop()}: ${outcome}`;
}

async function print({ topic, message }) {
  waitForMore();
  // A record without a value says that the chunk was deleted.
  if (message.value === null || (options.job && !isOf(options.job, message.key))) {
    return;
  }
  const chunk = await avro.deserialize(topic, message.value);
  for (const result of chunk.results) {
    console.log(line(chunk, result));
    items++;
  }
}

// The key is job id/batch index/attempt.first result, so the value need not be looked at.
function isOf(job, key) {
  return key !== null && key.toString().startsWith(`${job}/`);
}

await consumer.connect();
await consumer.subscribe({ topic: 'item-results', fromBeginning: true });
await consumer.run({ eachMessage: print });
waitForMore();
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
