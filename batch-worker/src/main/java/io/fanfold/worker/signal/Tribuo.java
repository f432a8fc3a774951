package io.fanfold.worker.signal;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.Example;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.ClusteringFactory;
import org.tribuo.clustering.kmeans.KMeansModel;
import org.tribuo.clustering.kmeans.KMeansTrainer;
import org.tribuo.clustering.kmeans.KMeansTrainer.Initialisation;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.distance.DistanceType;
import org.tribuo.math.la.DenseMatrix;
import org.tribuo.math.la.DenseVector;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Training with Tribuo. Only numbers leave here: what was trained is used without it. */
final class Tribuo {
  private static final int EPOCHS = 60;
  private static final double LEARNING_RATE = 0.1;
  private static final int BATCH = 16;
  private static final int ITERATIONS = 100;
  private static final int WINDOWS_PER_CLUSTER = 40;
  private static final int MAX_CLUSTERS = 32;

  /** Held, since a logger nobody holds forgets its level. */
  private static final Logger LOG = Logger.getLogger("org.tribuo");

  static {
    LOG.setLevel(Level.WARNING);
  }

  private Tribuo() {}

  static Classifier.Linear classifier(
      List<float[]> rows, List<String> rowLabels, List<String> labels, long seed) {
    var factory = new LabelFactory();
    MutableDataset<Label> data = dataset(factory);
    for (int i = 0; i < rows.size(); i++) {
      data.add(example(new Label(rowLabels.get(i)), rows.get(i)));
    }
    var trainer =
        new LinearSGDTrainer(
            new LogMulticlass(), new AdaGrad(LEARNING_RATE), EPOCHS, -1, BATCH, seed);
    var model = (LinearSGDModel) trainer.train(data);
    DenseMatrix parameters = model.getWeightsCopy();
    int[] ids = ids(model.getFeatureIDMap());
    float[][] weights = new float[labels.size()][ids.length];
    float[] biases = new float[labels.size()];
    for (int label = 0; label < weights.length; label++) {
      int id = model.getOutputIDInfo().getID(new Label(labels.get(label)));
      for (int f = 0; f < ids.length; f++) {
        weights[label][f] = (float) parameters.get(id, ids[f]);
      }
      biases[label] = (float) parameters.get(id, ids.length);
    }
    return new Classifier.Linear(weights, biases);
  }

  /**
   * @param least how many clusters there are when there are windows enough
   */
  static Clusters clusters(List<float[]> rows, int least, long seed) {
    MutableDataset<ClusterID> data = dataset(new ClusteringFactory());
    for (float[] row : rows) {
      data.add(example(ClusteringFactory.UNASSIGNED_CLUSTER_ID, row));
    }
    int wanted = Math.min(MAX_CLUSTERS, Math.max(least, rows.size() / WINDOWS_PER_CLUSTER));
    var trainer =
        new KMeansTrainer(
            Math.min(wanted, rows.size()),
            ITERATIONS,
            DistanceType.L2.getDistance(),
            Initialisation.PLUSPLUS,
            1,
            seed);
    KMeansModel model = trainer.train(data);
    int[] ids = ids(model.getFeatureIDMap());
    DenseVector[] found = model.getCentroidVectors();
    float[][] centres = new float[found.length][ids.length];
    for (int c = 0; c < centres.length; c++) {
      for (int f = 0; f < ids.length; f++) {
        centres[c][f] = (float) found[c].get(ids[f]);
      }
    }
    return withRadii(centres, rows);
  }

  private static Clusters withRadii(float[][] centres, List<float[]> rows) {
    float[] radii = new float[centres.length];
    boolean[] used = new boolean[centres.length];
    for (float[] row : rows) {
      int nearest = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int c = 0; c < centres.length; c++) {
        double distance = Clusters.distance(centres[c], row);
        if (distance < least) {
          least = distance;
          nearest = c;
        }
      }
      used[nearest] = true;
      radii[nearest] = Math.max(radii[nearest], (float) least);
    }
    // Of a cluster that has lost all its windows, the centre says nothing.
    List<float[]> keptCentres = new ArrayList<>();
    List<Float> keptRadii = new ArrayList<>();
    for (int c = 0; c < centres.length; c++) {
      if (used[c]) {
        keptCentres.add(centres[c]);
        keptRadii.add(radii[c]);
      }
    }
    float[] kept = new float[keptRadii.size()];
    for (int c = 0; c < kept.length; c++) {
      kept[c] = keptRadii.get(c);
    }
    return new Clusters(keptCentres.toArray(new float[0][]), kept);
  }

  private static <T extends Output<T>> MutableDataset<T> dataset(OutputFactory<T> factory) {
    return new MutableDataset<>(new SimpleDataSourceProvenance("windows", factory), factory);
  }

  private static <T extends Output<T>> Example<T> example(T output, float[] row) {
    String[] names = new String[row.length];
    double[] values = new double[row.length];
    for (int f = 0; f < row.length; f++) {
      names[f] = name(f);
      values[f] = row[f];
    }
    return new ArrayExample<>(output, names, values);
  }

  /** Tribuo numbers features in its own order. */
  private static int[] ids(ImmutableFeatureMap features) {
    int[] ids = new int[features.size()];
    for (int f = 0; f < ids.length; f++) {
      ids[f] = features.getID(name(f));
    }
    return ids;
  }

  private static String name(int feature) {
    return "f" + feature;
  }
}
