package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets for the topics they rest on: AES-256-GCM. The first master key seals and all of
 * them open, so that a new one can be put in front of the old.
 *
 * <p>A sealed secret is a format byte, four bytes that say which master key, twelve random bytes,
 * then the text and its tag. It opens only in the context it was sealed for: one that is copied to
 * another endpoint is of no use there.
 */
final class SecretBox {

  private static final byte FORMAT = 1;
  private static final int KEY_BYTES = 32;
  private static final int KEY_ID_BYTES = 4;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int HEAD_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES;

  private final Map<Integer, SecretKeySpec> keys = new LinkedHashMap<>();
  private final SecureRandom random;

  /** What was sealed cannot be opened here; says why and nothing of what it is. */
  static final class UnopenableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private UnopenableException(String message) {
      super(message);
    }
  }

  /**
   * @param masterKeys each the base64 of 32 bytes, the one that seals first; none is fine until
   *     something is to be sealed or opened
   * @throws IllegalArgumentException when one is not; the message does not repeat it
   */
  SecretBox(List<String> masterKeys, SecureRandom random) {
    this.random = random;
    for (String text : masterKeys) {
      byte[] key = decoded(text);
      if (key.length != KEY_BYTES) {
        throw new IllegalArgumentException("a master key must be the base64 of 32 bytes");
      }
      keys.put(id(key), new SecretKeySpec(key, "AES"));
    }
  }

  /** Whether there is a master key to seal with. */
  boolean canSeal() {
    return !keys.isEmpty();
  }

  /**
   * @param context what it belongs to, as in project/endpoint id/key id; not secret
   * @throws IllegalStateException without a master key
   */
  byte[] seal(String plain, String context) {
    if (!canSeal()) {
      throw new IllegalStateException("there is no master key");
    }
    Map.Entry<Integer, SecretKeySpec> first = keys.entrySet().iterator().next();
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] text =
          cipher(Cipher.ENCRYPT_MODE, first.getValue(), nonce, context)
              .doFinal(plain.getBytes(UTF_8));
      return ByteBuffer.allocate(HEAD_BYTES + text.length)
          .put(FORMAT)
          .putInt(first.getKey())
          .put(nonce)
          .put(text)
          .array();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has AES-GCM", e);
    }
  }

  /**
   * @throws UnopenableException when the master key is not configured here, or this is not what was
   *     sealed for the context
   */
  String open(byte[] sealed, String context) {
    if (sealed.length < HEAD_BYTES || sealed[0] != FORMAT) {
      throw new UnopenableException("not a sealed secret");
    }
    var head = ByteBuffer.wrap(sealed, 1, HEAD_BYTES - 1);
    SecretKeySpec key = keys.get(head.getInt());
    if (key == null) {
      throw new UnopenableException(
          "the master key it was sealed with is not configured (webhook.master.keys)");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    head.get(nonce);
    try {
      byte[] plain =
          cipher(Cipher.DECRYPT_MODE, key, nonce, context)
              .doFinal(sealed, HEAD_BYTES, sealed.length - HEAD_BYTES);
      return new String(plain, UTF_8);
    } catch (AEADBadTagException e) {
      throw new UnopenableException("sealed for something else, or damaged");
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has AES-GCM", e);
    }
  }

  @Override
  public String toString() {
    return "SecretBox[" + keys.size() + " keys]";
  }

  private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, String context)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context.getBytes(UTF_8));
    return cipher;
  }

  private static int id(byte[] key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
      return ByteBuffer.wrap(Arrays.copyOf(hash, KEY_ID_BYTES)).getInt();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private static byte[] decoded(String text) {
    try {
      return Base64.getDecoder().decode(text.trim());
    } catch (IllegalArgumentException e) {
      // Its message would show a character of the key, so it is not passed on.
      return new byte[0];
    }
  }
}
