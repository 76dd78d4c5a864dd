package io.penstock.registry.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

  private static final AddressGuard STRICT = new AddressGuard(false, Set.of());
  private static final AddressGuard IN_HOUSE = new AddressGuard(true, Set.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/",
        "http://127.8.9.10/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://172.31.255.255/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://192.0.2.1/",
        "http://198.18.0.1/",
        "http://203.0.113.9/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b::10.0.0.1]/",
        "http://[64:ff9b:1::1]/",
        "http://[2002:7f00:1::]/",
        "http://[2002:a00:1::1]/",
        "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
        "http://[2001:db8::1]/",
        "http://[3fff::1]/",
        "http://[fc00::1]/",
        "http://[fdff::1]/",
        "http://[fec0::1]/",
        "http://[100::1]/",
        "http://[5f00::1]/",
      })
  void privateAddresses_areRefused(String url) {
    assertThatThrownBy(() -> STRICT.resolve(URI.create(url)))
        .isInstanceOf(AddressGuard.Refused.class)
        .hasMessageContaining("non-public");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::]/",
        "http://[fd00:ec2::254]/",
        "http://[fe80::1]/",
        "http://100.100.100.200/",
        "http://168.63.129.16/",
        "http://192.0.0.192/",
        "http://0.0.0.0/",
        "http://0.1.2.3/",
        "http://[::]/",
        "http://224.0.0.1/",
        "http://[ff02::1]/",
        "http://255.255.255.255/",
        "http://240.0.0.1/",
      })
  void metadataAndTheLike_areRefused_evenWherePrivateIsAllowed(String url) {
    assertThatThrownBy(() -> IN_HOUSE.resolve(URI.create(url)))
        .isInstanceOf(AddressGuard.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://127.1/",
        "http://127.0.1/",
        "http://127.0.0.1./",
        "http://127.0.0.01/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://0/",
        "http://93.184.216.0x22/",
      })
  void unusualNumbers_areRefused_whateverTheyMean(String url) {
    assertThatThrownBy(() -> IN_HOUSE.resolve(URI.create(url)))
        .isInstanceOf(IOException.class)
        .satisfies(
            thrown ->
                // Some of them are no host to java.net.URI already.
                assertThat(thrown).isInstanceOf(AddressGuard.Refused.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user@93.184.216.34/",
        "http://93.184.216.34@127.0.0.1/",
        "http://user:password@93.184.216.34/",
        "http:///path",
        "http:opaque",
        "http://under_score/",
      })
  void hostsThatAreNotPlain_areRefused(String url) {
    assertThatThrownBy(() -> IN_HOUSE.resolve(URI.create(url)))
        .isInstanceOf(AddressGuard.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://93.184.216.34/hook",
        "https://8.8.8.8:8443/",
        "https://172.32.0.1/",
        "https://100.128.0.1/",
        "https://[2606:4700:4700::1111]/",
        "https://[64:ff9b::808:808]/",
        "https://[::ffff:8.8.8.8]/",
      })
  void publicAddresses_areGivenAsTheyAre(String url) throws IOException {
    var host = URI.create(url).getHost();
    assertThat(STRICT.resolve(URI.create(url))).containsExactly(InetAddress.getByName(host));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:9/", "http://LOCALHOST:9/", "http://[::1]:9/"})
  void allowedHosts_mayLieAnywhere(String url) throws IOException {
    var guard = AddressGuard.of(false, " localhost, 127.0.0.1 ,[::1],");
    assertThat(guard.resolve(URI.create(url))).isNotEmpty();
    assertThat(IN_HOUSE.resolve(URI.create(url))).isNotEmpty();
  }
}
