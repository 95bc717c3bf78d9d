package com.example.shop;

import io.github.cdkdevsecopseks.GatePosition;
import io.github.cdkdevsecopseks.ISecurityGate;
import io.github.cdkdevsecopseks.ReportFormat;
import io.github.cdkdevsecopseks.ScanGate;
import io.github.cdkdevsecopseks.ScannerConfig;
import io.github.cdkdevsecopseks.ScannerScript;
import io.github.cdkdevsecopseks.SecurityGateBindOptions;
import io.github.cdkdevsecopseks.SecurityGateConfig;
import java.util.List;
import java.util.Map;
import software.constructs.Construct;

/** A gate of our own: stops the pipeline on npm packages under a licence that we must not ship. */
public final class LicenceGate implements ISecurityGate {
    private final List<String> forbidden;

    public LicenceGate(final List<String> forbidden) {
        this.forbidden = forbidden;
    }

    @Override
    public String getGateId() {
        return "licences";
    }

    @Override
    public ReportFormat getReportFormat() {
        return ReportFormat.SARIF;
    }

    @Override
    public GatePosition getPosition() {
        return GatePosition.SCAN;
    }

    @Override
    public SecurityGateConfig bind(final Construct scope, final SecurityGateBindOptions options) {
        ScanGate scan = ScanGate.Builder.create(scope, "Scan")
                .workspace(options.getWorkspace())
                .gate(options.getGate())
                .run(options.getRun())
                .runOrder(options.getRunOrder())
                .scanner(ScannerConfig.builder()
                        .scannerName("licences")
                        .reportFormat(getReportFormat())
                        .script(ScannerScript.fromFile("licences.sh"))
                        .environment(Map.of("FORBIDDEN_LICENCES", String.join(" ", forbidden)))
                        .build())
                .build();
        return SecurityGateConfig.builder().actions(List.of(scan.getAction())).build();
    }
}
