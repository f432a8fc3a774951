package io.fanfold.ingest.dialect.edgeimpulse;

import io.fanfold.kit.Problem;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Sample;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Adds samples to data sets and removes them. It answers once this instance's own registry has the
 * change, so that a job started next is over what was just uploaded.
 */
final class SampleIntake {

  private final Settings settings;
  private final SampleRegistry registry;
  private final SampleContents contents;
  private final JobIds ids;
  private final Clock clock;

  SampleIntake(
      Settings settings,
      SampleRegistry registry,
      SampleContents contents,
      JobIds ids,
      Clock clock) {
    this.settings = settings;
    this.registry = registry;
    this.contents = contents;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * @throws ProblemException 400 when it is no recording or there already, 413, 503
   */
  Sample add(String project, Upload upload) {
    Acquisition read = Acquisition.read(upload.mediaType(), upload.content());
    String hash = sha256(upload.content());
    if (registry.of(project).size() >= settings.maxSamples()) {
      throw refused("The project has " + settings.maxSamples() + " samples; there may be no more");
    }
    if (upload.unique()
        && registry.of(project).stream().anyMatch(known -> known.getSha256Hash().equals(hash))) {
      throw refused("An item with this hash already exists");
    }
    long id = ids.next();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    String extension = upload.mediaType().equals(Acquisition.CSV) ? ".csv" : ".json";
    String uri =
        contents.keep(project + "/" + id + extension, upload.mediaType(), upload.content());
    Sample sample =
        Sample.newBuilder()
            .setProject(project)
            .setId(id)
            .setUri(uri)
            .setFilename(upload.storedName(id))
            .setLabel(upload.label())
            .setCategory(upload.category())
            .setMediaType(upload.mediaType())
            .setIntervalMs(read.intervalMs())
            .setFrequency(1000 / read.intervalMs())
            .setSensors(read.sensors())
            .setValuesCount(read.valuesCount())
            .setTotalLengthMs(read.totalLengthMs())
            .setDeviceName(read.deviceName())
            .setDeviceType(read.deviceType())
            .setSignatureMethod(read.signatureMethod())
            .setSha256Hash(hash)
            .setAddedAt(now)
            .setCreatedAt(read.createdAt() == null ? now : read.createdAt())
            .setMetadata(upload.metadata())
            .build();
    await(registry.add(sample));
    return sample;
  }

  /** Removes a sample and what of its content is ours. */
  void remove(Sample sample) {
    await(registry.remove(sample));
    contents.remove(sample.getUri());
  }

  /** A change ends in time, one way or the other. */
  private static void await(CompletableFuture<Void> change) {
    try {
      change.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ProblemException problem) {
        throw problem;
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("the service is stopping").exception();
    }
  }

  private static ProblemException refused(String why) {
    return Problem.of(400, "INVALID_SAMPLE", "The sample is not taken", why).exception();
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
