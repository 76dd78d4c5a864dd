package io.penstock.inference.serving;

/// Variants on the wire.
public final class VariantProtos {

  private VariantProtos() {}

  public static io.penstock.proto.event.v1.Variant toProto(Variant variant) {
    return switch (variant) {
      case PRIMARY -> io.penstock.proto.event.v1.Variant.VARIANT_PRIMARY;
      case CANARY -> io.penstock.proto.event.v1.Variant.VARIANT_CANARY;
      case SHADOW -> io.penstock.proto.event.v1.Variant.VARIANT_SHADOW;
      case FALLBACK -> io.penstock.proto.event.v1.Variant.VARIANT_FALLBACK;
    };
  }

  public static Variant fromProto(io.penstock.proto.event.v1.Variant variant) {
    return switch (variant) {
      case VARIANT_PRIMARY -> Variant.PRIMARY;
      case VARIANT_CANARY -> Variant.CANARY;
      case VARIANT_SHADOW -> Variant.SHADOW;
      case VARIANT_FALLBACK -> Variant.FALLBACK;
      case VARIANT_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("%s is no part of a release".formatted(variant));
    };
  }
}
