package io.fanfold.standalone.cli;

import io.fanfold.standalone.cli.Inputs.InputException;
import io.fanfold.worker.signal.LabelledSample;
import io.fanfold.worker.signal.SignalException;
import io.fanfold.worker.signal.SignalSample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Samples of a directory, labelled as Edge Impulse's uploader does it: by their names up to the
 * first dot, and in folders called training and testing if there are any.
 */
record SignalFiles(List<LabelledSample> training, List<LabelledSample> testing) {

  /** Longer ones would not be classified either, as they have too many values. */
  private static final long MAX_BYTES = 64L * 1024 * 1024;

  /**
   * @param share of each label's samples that is held out, 0..1, where no folder says which; one of
   *     each label is always trained with
   * @param except a file that is no sample, should it lie among them
   * @throws InputException when there are no samples, or naming those that cannot be read
   */
  static SignalFiles read(Path directory, double share, long seed, Path except)
      throws InputException {
    if (!Files.isDirectory(directory)) {
      throw new InputException("not a directory: " + directory);
    }
    Path training = directory.resolve("training");
    Path testing = directory.resolve("testing");
    List<String> problems = new ArrayList<>();
    List<LabelledSample> samples =
        samples(Files.isDirectory(training) ? training : directory, except, problems);
    List<LabelledSample> heldOut =
        Files.isDirectory(testing) ? samples(testing, except, problems) : null;
    if (!problems.isEmpty()) {
      throw new InputException(String.join("\n  ", problems));
    }
    if (samples.isEmpty()) {
      throw new InputException("no samples (.json, .csv) to train with in " + directory);
    }
    return heldOut == null ? split(samples, share, seed) : new SignalFiles(samples, heldOut);
  }

  private static SignalFiles split(List<LabelledSample> samples, double share, long seed) {
    var byLabel = new TreeMap<String, List<LabelledSample>>();
    for (LabelledSample sample : samples) {
      byLabel.computeIfAbsent(sample.label(), label -> new ArrayList<>()).add(sample);
    }
    var random = new Random(seed);
    var training = new ArrayList<LabelledSample>();
    var testing = new ArrayList<LabelledSample>();
    for (List<LabelledSample> ofLabel : byLabel.values()) {
      Collections.shuffle(ofLabel, random);
      int held = (int) Math.min(ofLabel.size() - 1L, Math.round(ofLabel.size() * share));
      testing.addAll(ofLabel.subList(0, held));
      training.addAll(ofLabel.subList(held, ofLabel.size()));
    }
    return new SignalFiles(training, testing);
  }

  private static List<LabelledSample> samples(Path directory, Path except, List<String> problems)
      throws InputException {
    var samples = new ArrayList<LabelledSample>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        String type = mediaType(name);
        if (type == null || file.equals(except) || !Files.isRegularFile(file)) {
          continue;
        }
        if (Files.size(file) > MAX_BYTES) {
          problems.add(name + ": longer than " + MAX_BYTES + " bytes");
          continue;
        }
        String label = name.substring(0, name.indexOf('.'));
        try {
          var sample = SignalSample.read(Files.readAllBytes(file), type);
          samples.add(new LabelledSample(name, label, sample));
        } catch (SignalException e) {
          problems.add(name + ": " + e.getMessage());
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new InputException("cannot read " + directory + ": " + e.getMessage());
    }
    return samples;
  }

  /** Null of what is no sample, hidden files among it. */
  private static String mediaType(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.startsWith(".")) {
      return null;
    }
    if (lower.endsWith(".json")) {
      return "application/json";
    }
    return lower.endsWith(".csv") ? "text/csv" : null;
  }
}
