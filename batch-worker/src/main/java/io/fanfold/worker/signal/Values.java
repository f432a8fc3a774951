package io.fanfold.worker.signal;

import java.util.Arrays;

/** The values of a sample as they are read, checked one by one, so that too many are never held. */
final class Values {
  private float[] values = new float[1024];
  private int size;

  void add(double value) throws SignalException {
    float narrow = (float) value;
    if (!Float.isFinite(narrow)) {
      throw SignalException.corrupt("value " + (size + 1) + " is no finite number");
    }
    if (size == SignalSample.MAX_VALUES) {
      throw SignalException.tooLarge("more than " + SignalSample.MAX_VALUES + " values");
    }
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.min(2 * size, SignalSample.MAX_VALUES));
    }
    values[size++] = narrow;
  }

  int size() {
    return size;
  }

  float[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
