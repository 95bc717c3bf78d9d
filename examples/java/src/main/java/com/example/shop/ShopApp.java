package com.example.shop;

import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;

public final class ShopApp {
    private ShopApp() {}

    public static void main(final String[] args) {
        App app = new App();
        StackProps props = StackProps.builder()
                .env(Environment.builder().account("111122223333").region("eu-central-1").build())
                .build();
        ShopClusters clusters = new ShopClusters(app, "ShopClusters", props);
        new ShopDelivery(app, "ShopDelivery", props, clusters.getStaging(), clusters.getProduction());
        app.synth();
    }
}
