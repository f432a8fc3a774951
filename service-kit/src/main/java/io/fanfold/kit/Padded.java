package io.fanfold.kit;

/** Numbers that sort as text. */
public final class Padded {

  private static final String ZEROS = "0".repeat(19);

  private Padded() {}

  /**
   * A number with zeros in front: what {@code String.format} does, whose parsing shows where a key
   * is made for each record.
   *
   * @param number zero or more, of no more digits than {@code width}
   * @param width at most 19
   */
  public static String of(long number, int width) {
    String digits = Long.toString(number);
    if (number < 0 || digits.length() > width || width > ZEROS.length()) {
      throw new IllegalArgumentException(number + " in " + width + " digits");
    }
    return ZEROS.substring(0, width - digits.length()) + digits;
  }
}
