import aws_cdk as cdk

from shop_clusters import ShopClusters
from shop_delivery import ShopDelivery

app = cdk.App()
env = cdk.Environment(account="111122223333", region="eu-central-1")
clusters = ShopClusters(app, "ShopClusters", env=env)
ShopDelivery(app, "ShopDelivery", env=env, staging=clusters.staging, production=clusters.production)
app.synth()
