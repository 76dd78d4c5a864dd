package io.penstock.monitoring.drift;

/// How far apart two binned samples are, whatever their size.
///
/// @param jsDistance Jensen–Shannon distance with base 2: 0 where they are alike, 1 where they
///   share no bin
/// @param psi population stability index, with half a value added to each bin so that an empty one
///   leaves it finite
record EffectSize(double jsDistance, double psi) {

  private static final double LN_2 = Math.log(2);

  static EffectSize of(BinnedSamples samples) {
    double reference = samples.referenceTotal();
    double window = samples.windowTotal();
    double halfBins = samples.bins() / 2.0;
    double divergence = 0;
    double psi = 0;
    for (int bin = 0; bin < samples.bins(); bin++) {
      long inReference = samples.reference()[bin];
      long inWindow = samples.window()[bin];
      divergence += divergence(inReference / reference, inWindow / window);
      psi +=
          psi((inReference + 0.5) / (reference + halfBins), (inWindow + 0.5) / (window + halfBins));
    }
    return new EffectSize(Math.sqrt(Math.clamp(divergence, 0, 1)), psi);
  }

  private static double divergence(double p, double q) {
    double middle = (p + q) / 2;
    return (entropyTerm(p, middle) + entropyTerm(q, middle)) / (2 * LN_2);
  }

  private static double entropyTerm(double share, double middle) {
    return share == 0 ? 0 : share * Math.log(share / middle);
  }

  private static double psi(double p, double q) {
    return (q - p) * Math.log(q / p);
  }
}
