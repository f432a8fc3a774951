package io.fanfold.worker.predict;

import java.util.List;

/** Best-path decoding of connectionist temporal classification: class 0 is the blank. */
final class CtcDecoder {
  /** Text and the mean probability of its characters, 0 for no text. */
  record Reading(String text, float confidence) {}

  private final List<String> characters;

  /**
   * @param characters by class, from class 1 on
   */
  CtcDecoder(List<String> characters) {
    this.characters = List.copyOf(characters);
  }

  /**
   * @param probabilities of every class at every step, step by step
   */
  Reading decode(float[] probabilities) {
    int classes = characters.size() + 1;
    if (probabilities.length % classes != 0) {
      throw new IllegalArgumentException(
          probabilities.length + " probabilities are no multiple of " + classes + " classes");
    }
    StringBuilder text = new StringBuilder();
    float sum = 0;
    int kept = 0;
    int previous = 0;
    for (int at = 0; at < probabilities.length; at += classes) {
      int best = 0;
      for (int i = 1; i < classes; i++) {
        if (probabilities[at + i] > probabilities[at + best]) {
          best = i;
        }
      }
      if (best != 0 && best != previous) {
        text.append(characters.get(best - 1));
        sum += probabilities[at + best];
        kept++;
      }
      previous = best;
    }
    return new Reading(text.toString(), kept == 0 ? 0 : sum / kept);
  }
}
