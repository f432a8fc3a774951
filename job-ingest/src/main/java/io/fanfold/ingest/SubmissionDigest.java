package io.fanfold.ingest;

import io.fanfold.schemas.JobSubmission;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * What a submission says, field by field, in a few bytes, so that two can be compared without
 * keeping either. The order of a map's entries does not matter.
 */
final class SubmissionDigest {

  // A name for the content is no part of it.
  private static final String SUBMISSION_ID = "submissionId";
  private static final int BYTES = 16;

  private SubmissionDigest() {}

  /** Each field's digest. */
  static Map<String, byte[]> of(JobSubmission submission) {
    var digests = new LinkedHashMap<String, byte[]>();
    for (Schema.Field field : submission.getSchema().getFields()) {
      if (!field.name().equals(SUBMISSION_ID)) {
        MessageDigest sha = sha();
        add(sha, submission.get(field.pos()));
        digests.put(field.name(), Arrays.copyOf(sha.digest(), BYTES));
      }
    }
    return digests;
  }

  /** Names of fields in which two submissions differ. */
  static List<String> differences(Map<String, byte[]> one, Map<String, byte[]> other) {
    var names = new ArrayList<String>();
    for (String name : one.keySet()) {
      if (!Arrays.equals(one.get(name), other.get(name))) {
        names.add(name);
      }
    }
    return names;
  }

  private static void add(MessageDigest sha, Object value) {
    if (value instanceof IndexedRecord record) {
      sha.update((byte) 'r');
      for (Schema.Field field : record.getSchema().getFields()) {
        add(sha, record.get(field.pos()));
      }
    } else if (value instanceof List<?> list) {
      sha.update((byte) 'l');
      number(sha, list.size());
      list.forEach(element -> add(sha, element));
    } else if (value instanceof Map<?, ?> map) {
      sha.update((byte) 'm');
      number(sha, map.size());
      var sorted = new TreeMap<String, Object>();
      map.forEach((key, entry) -> sorted.put(key.toString(), entry));
      sorted.forEach(
          (key, entry) -> {
            add(sha, key);
            add(sha, entry);
          });
    } else {
      // Numbers, texts, times and constants are told apart by their kind and their text.
      byte[] text = String.valueOf(value).getBytes(StandardCharsets.UTF_8);
      sha.update((byte) (value == null ? 'n' : value instanceof CharSequence ? 's' : 'v'));
      number(sha, text.length);
      sha.update(text);
    }
  }

  private static void number(MessageDigest sha, int number) {
    sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
  }

  private static MessageDigest sha() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
