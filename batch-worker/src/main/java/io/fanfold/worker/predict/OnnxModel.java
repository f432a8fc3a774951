package io.fanfold.worker.predict;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.fanfold.schemas.FailureCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** One model from the class path; its session is made when first needed and shared by threads. */
final class OnnxModel implements AutoCloseable {
  enum Resource {
    FACES("models/faces-blazeface-256.onnx"),
    MODERATION("models/moderation-mobilenetv2.onnx"),
    OBJECTS("models/objects-ssd-mobilenetv2-oid4.onnx"),
    TEXT_DETECTION("models/ch_PP-OCRv4_det_infer.onnx"),
    TEXT_RECOGNITION("models/ch_PP-OCRv4_rec_infer.onnx");

    private final String path;

    Resource(String path) {
      this.path = path;
    }

    String path() {
      return path;
    }
  }

  /** An output: its numbers, row by row, and its dimensions. */
  record Output(float[] values, long[] shape) {}

  private static final long LOADING_STACK_BYTES = 64L * 1024 * 1024;

  private final Resource resource;
  private final int intraOpThreads;
  // Closing a native session under a running inference would take the process down.
  private final ReadWriteLock lifetime = new ReentrantReadWriteLock();
  private OrtSession session;
  private boolean closed;

  OnnxModel(Resource resource, int intraOpThreads) {
    this.resource = resource;
    this.intraOpThreads = intraOpThreads;
  }

  void load() throws PredictionException {
    lifetime.writeLock().lock();
    try {
      if (closed) {
        throw unavailable("is closed", null);
      }
      if (session == null) {
        session = openOnDeepStack();
      }
    } finally {
      lifetime.writeLock().unlock();
    }
  }

  /** Runs the model on its one input. */
  List<Output> run(float[] input, long... shape) throws PredictionException {
    lifetime.readLock().lock();
    try {
      if (session != null) {
        return infer(session, input, shape);
      }
    } finally {
      lifetime.readLock().unlock();
    }
    load();
    lifetime.readLock().lock();
    try {
      if (session == null) {
        throw unavailable("is closed", null);
      }
      return infer(session, input, shape);
    } finally {
      lifetime.readLock().unlock();
    }
  }

  private List<Output> infer(OrtSession running, float[] input, long[] shape) {
    String name = running.getInputNames().iterator().next();
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment(), FloatBuffer.wrap(input), shape);
        OrtSession.Result result = running.run(Map.of(name, tensor))) {
      List<Output> outputs = new ArrayList<>();
      for (int i = 0; i < result.size(); i++) {
        OnnxTensor output = (OnnxTensor) result.get(i);
        FloatBuffer buffer = output.getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        outputs.add(new Output(values, output.getInfo().getShape()));
      }
      return outputs;
    } catch (OrtException e) {
      throw new IllegalStateException(resource.path() + " failed: " + e.getMessage(), e);
    }
  }

  // The runtime walks a model's graph by recursion: a long chain of nodes overruns the 1 MiB stack
  // of an ordinary thread, and takes the process down without a word.
  private OrtSession openOnDeepStack() throws PredictionException {
    var opening = new FutureTask<>(this::open);
    new Thread(null, opening, "model-load", LOADING_STACK_BYTES).start();
    try {
      return opening.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PredictionException failure) {
        throw failure;
      }
      throw new IllegalStateException(resource.path() + " cannot be loaded", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PredictionException(
          FailureCode.MODEL_UNAVAILABLE, "interrupted while loading a model", true, e);
    }
  }

  private OrtSession open() throws PredictionException {
    try (InputStream in = OnnxModel.class.getClassLoader().getResourceAsStream(resource.path());
        SessionOptions options = new SessionOptions()) {
      if (in == null) {
        throw unavailable("is not on the class path", null);
      }
      options.setIntraOpNumThreads(intraOpThreads);
      options.setInterOpNumThreads(1);
      return environment().createSession(in.readAllBytes(), options);
    } catch (IOException | OrtException | LinkageError e) {
      // A LinkageError means that the native library does not run on this machine.
      throw unavailable("cannot be loaded: " + e.getMessage(), e);
    }
  }

  private static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
  }

  private PredictionException unavailable(String why, Throwable cause) {
    return new PredictionException(
        FailureCode.MODEL_UNAVAILABLE, "the model " + resource.path() + " " + why, false, cause);
  }

  @Override
  public void close() {
    lifetime.writeLock().lock();
    try {
      closed = true;
      if (session != null) {
        session.close();
        session = null;
      }
    } catch (OrtException e) {
      throw new IllegalStateException("closing " + resource.path(), e);
    } finally {
      lifetime.writeLock().unlock();
    }
  }
}
