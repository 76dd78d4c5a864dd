package io.penstock.inference.settings;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.identity.Caller;
import io.penstock.proto.oip.LogSettingsRequest;
import io.penstock.proto.oip.LogSettingsRequest.SettingValue;
import io.penstock.proto.oip.LogSettingsResponse;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The logging extension. Triton switches each severity by itself; here a level takes in all that
/// is more severe, so what switches one on switches those on, too, and what switches one off
/// switches off all that is less severe. The answer says what came of it.
@Singleton
public final class LogSettingCalls {

  private static final Logger log = LoggerFactory.getLogger(LogSettingCalls.class);
  private static final int INFO = 3;

  // The depth at which a severity is logged.
  private static final Map<String, Integer> SEVERITIES =
      Map.of("log_error", 1, "log_warning", 2, "log_info", INFO);
  private static final Map<String, String> FIXED = Map.of("log_file", "", "log_format", "default");

  private final LogLevels levels;

  LogSettingCalls(LogLevels levels) {
    this.levels = levels;
  }

  /// Changes what the request holds and tells how things are then.
  public synchronized LogSettingsResponse apply(LogSettingsRequest request) {
    if (request.getSettingsCount() > 0) {
      change(new TreeMap<>(request.getSettingsMap()));
    }
    return describe(levels.depth());
  }

  private void change(Map<String, SettingValue> settings) {
    var problems = new InvalidArguments();
    int most = Integer.MAX_VALUE;
    int least = 0;
    for (var setting : settings.entrySet()) {
      var name = setting.getKey();
      var severity = SEVERITIES.get(name);
      if (severity != null && isOn(name, setting.getValue(), problems)) {
        least = Math.max(least, severity);
      } else if (severity != null) {
        most = Math.min(most, severity - 1);
      } else if (name.equals("log_verbose_level")) {
        int verbose = verbose(setting.getValue(), problems);
        least = Math.max(least, verbose == 0 ? 0 : INFO + verbose);
        most = verbose == 0 ? Math.min(most, INFO) : most;
      } else {
        fixed(name, setting.getValue(), problems);
      }
    }
    problems.addIf(
        least > most,
        "settings",
        "switch something off and something less severe on, expected one of them");
    problems.throwIfAny();
    levels.change(Math.clamp(levels.depth(), least, most));
    var caller = Caller.find().map(known -> known.principal().name()).orElse("somebody");
    log.warn("{} changed what is logged: {}", caller, settings.keySet());
  }

  private static boolean isOn(String name, SettingValue value, InvalidArguments problems) {
    return switch (value.getParameterChoiceCase()) {
      case BOOL_PARAM -> value.getBoolParam();
      case STRING_PARAM -> isOn(name, value.getStringParam(), problems);
      default -> isOn(name, "", problems);
    };
  }

  private static boolean isOn(String name, String value, InvalidArguments problems) {
    boolean on = value.equalsIgnoreCase("true");
    problems.addIf(
        !on && !value.equalsIgnoreCase("false"), "settings." + name, "expected true or false");
    return on;
  }

  // 1 stands for details; beyond it is all there is.
  private static int verbose(SettingValue value, InvalidArguments problems) {
    if (value.getParameterChoiceCase() == SettingValue.ParameterChoiceCase.UINT32_PARAM) {
      return (int) Math.min(2, Integer.toUnsignedLong(value.getUint32Param()));
    }
    if (value.getStringParam().matches("\\d{1,9}")) {
      return Math.min(2, Integer.parseInt(value.getStringParam()));
    }
    problems.add("settings.log_verbose_level", "expected an integer, 0 for none");
    return 0;
  }

  private static void fixed(String name, SettingValue value, InvalidArguments problems) {
    var fixed = FIXED.get(name);
    if (fixed == null) {
      problems.add(
          "settings." + name,
          "is no log setting, expected log_info, log_warning, log_error or log_verbose_level");
    } else if (!value.getStringParam().equals(fixed)) {
      problems.add(
          "settings." + name,
          "cannot be changed while the service runs; it is '%s'".formatted(fixed));
    }
  }

  private static LogSettingsResponse describe(int depth) {
    var response = LogSettingsResponse.newBuilder();
    SEVERITIES.forEach((name, severity) -> response.putSettings(name, flag(depth >= severity)));
    response.putSettings(
        "log_verbose_level",
        LogSettingsResponse.SettingValue.newBuilder()
            .setUint32Param(Math.max(0, depth - INFO))
            .build());
    FIXED.forEach((name, value) -> response.putSettings(name, text(value)));
    return response.build();
  }

  private static LogSettingsResponse.SettingValue flag(boolean value) {
    return LogSettingsResponse.SettingValue.newBuilder().setBoolParam(value).build();
  }

  private static LogSettingsResponse.SettingValue text(String value) {
    return LogSettingsResponse.SettingValue.newBuilder().setStringParam(value).build();
  }
}
