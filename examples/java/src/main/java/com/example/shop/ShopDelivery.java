package com.example.shop;

import io.github.cdkdevsecopseks.CodeCommitSourceOptions;
import io.github.cdkdevsecopseks.DevSecOpsEksPipeline;
import io.github.cdkdevsecopseks.DynamicScanner;
import io.github.cdkdevsecopseks.EksTarget;
import io.github.cdkdevsecopseks.EksTargetOptions;
import io.github.cdkdevsecopseks.ImageScanner;
import io.github.cdkdevsecopseks.KubernetesDeployment;
import io.github.cdkdevsecopseks.PipelineSource;
import io.github.cdkdevsecopseks.ZapProps;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.codecommit.IRepository;
import software.amazon.awscdk.services.codecommit.Repository;
import software.amazon.awscdk.services.eks_v2.ICluster;
import software.constructs.Construct;

/** From a commit of the shop to its production cluster. */
public final class ShopDelivery extends Stack {
    public ShopDelivery(final Construct scope, final String id, final StackProps props,
            final ICluster staging, final ICluster production) {
        super(scope, id, props);
        IRepository repository = Repository.fromRepositoryName(this, "Repository", "shop");
        KubernetesDeployment deployment = KubernetesDeployment.manifests("k8s/");

        DevSecOpsEksPipeline.Builder.create(this, "Delivery")
                .source(PipelineSource.codeCommit(repository, CodeCommitSourceOptions.builder().branch("main").build()))
                .imageScanner(ImageScanner.anchore())
                .staging(EksTarget.cluster(staging, EksTargetOptions.builder()
                        .namespace("shop").deployment(deployment).build()))
                .production(EksTarget.cluster(production, EksTargetOptions.builder()
                        .namespace("shop").deployment(deployment).url("https://shop.example.com").build()))
                .dynamicScanner(DynamicScanner.zap(ZapProps.builder().target("https://staging.shop.example.com").build()))
                .additionalGates(List.of(new LicenceGate(List.of("AGPL-3.0", "GPL-3.0"))))
                .approvalRecipients(List.of("security@example.com"))
                .build();
    }
}
