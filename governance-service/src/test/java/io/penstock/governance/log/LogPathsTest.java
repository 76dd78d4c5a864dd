package io.penstock.governance.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogPathsTest {

  @Test
  void paths_areThoseOfTheSpecification() {
    assertThat(LogPaths.tile(0, 1_234_067)).hasToString("tile/0/x001/x234/067");
    assertThat(LogPaths.tile(3, 0)).hasToString("tile/3/000");
    assertThat(LogPaths.partialTile(1, 2, 17)).hasToString("tile/1/002.p/17");
    assertThat(LogPaths.bundle(1000)).hasToString("tile/entries/x001/000");
    assertThat(LogPaths.partialBundle(5, 255)).hasToString("tile/entries/005.p/255");
  }
}
