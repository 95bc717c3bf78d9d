package com.example.shop;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.cdk.lambdalayer.kubectl.v34.KubectlV34Layer;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.eks_v2.Cluster;
import software.amazon.awscdk.services.eks_v2.DefaultCapacityType;
import software.amazon.awscdk.services.eks_v2.KubectlProviderOptions;
import software.amazon.awscdk.services.eks_v2.KubernetesVersion;
import software.constructs.Construct;

/** Where the shop runs: two clusters by EKS Auto Mode, each with the namespace that the pipeline deploys to. */
public final class ShopClusters extends Stack {
    private final Cluster staging;
    private final Cluster production;

    public ShopClusters(final Construct scope, final String id, final StackProps props) {
        super(scope, id, props);
        Vpc vpc = Vpc.Builder.create(this, "Vpc")
                .availabilityZones(List.of("eu-central-1a", "eu-central-1b"))
                .natGateways(1)
                .build();
        KubectlV34Layer kubectlLayer = new KubectlV34Layer(this, "Kubectl");
        this.staging = createCluster("Staging", vpc, kubectlLayer);
        this.production = createCluster("Production", vpc, kubectlLayer);
    }

    public Cluster getStaging() {
        return staging;
    }

    public Cluster getProduction() {
        return production;
    }

    private Cluster createCluster(final String id, final IVpc vpc, final KubectlV34Layer kubectlLayer) {
        Cluster cluster = Cluster.Builder.create(this, id)
                .vpc(vpc)
                .version(KubernetesVersion.V1_35)
                .defaultCapacityType(DefaultCapacityType.AUTOMODE)
                // Its kubectl may be one minor version older than the cluster.
                .kubectlProviderOptions(KubectlProviderOptions.builder().kubectlLayer(kubectlLayer).build())
                .build();
        // Sorted: the order of Map.of() changes from run to run, and the template with it.
        cluster.addManifest("Namespace", new TreeMap<>(Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", "shop"))));
        return cluster;
    }
}
