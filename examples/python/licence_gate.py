import jsii
from cdk_devsecops_eks import (
    GatePosition,
    ISecurityGate,
    ReportFormat,
    ScanGate,
    ScannerConfig,
    ScannerScript,
    SecurityGateBindOptions,
    SecurityGateConfig,
)
from constructs import Construct


@jsii.implements(ISecurityGate)
class LicenceGate:
    """A gate of our own: stops the pipeline on npm packages under a licence that we must not ship."""

    def __init__(self, forbidden: list[str]) -> None:
        self._forbidden = forbidden

    @property
    def gate_id(self) -> str:
        return "licences"

    @property
    def report_format(self) -> ReportFormat:
        return ReportFormat.SARIF

    @property
    def position(self) -> GatePosition:
        return GatePosition.SCAN

    def bind(self, scope: Construct, options: SecurityGateBindOptions) -> SecurityGateConfig:
        scan = ScanGate(
            scope,
            "Scan",
            workspace=options.workspace,
            gate=options.gate,
            run=options.run,
            run_order=options.run_order,
            scanner=ScannerConfig(
                scanner_name="licences",
                report_format=self.report_format,
                script=ScannerScript.from_file("licences.sh"),
                environment={"FORBIDDEN_LICENCES": " ".join(self._forbidden)},
            ),
        )
        return SecurityGateConfig(actions=[scan.action])
