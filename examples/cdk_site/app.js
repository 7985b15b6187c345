// The stack that is deployed. `npx cdk synth -q` writes cdk.out, which is all that edgeware reads.
const cdk = require('aws-cdk-lib');
const cloudfront = require('aws-cdk-lib/aws-cloudfront');
const origins = require('aws-cdk-lib/aws-cloudfront-origins');
const lambda = require('aws-cdk-lib/aws-lambda');
const s3 = require('aws-cdk-lib/aws-s3');
const deployment = require('aws-cdk-lib/aws-s3-deployment');

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Web', { env: { account: '123456789012', region: 'eu-west-1' } });

const bucket = new s3.Bucket(stack, 'Bucket');
new deployment.BucketDeployment(stack, 'Deploy', {
  sources: [deployment.Source.asset('site')],
  destinationBucket: bucket,
});

const rewrite = new cloudfront.Function(stack, 'Rewrite', {
  code: cloudfront.FunctionCode.fromFile({ filePath: 'functions/rewrite.js' }),
  runtime: cloudfront.FunctionRuntime.JS_2_0,
});

// A Lambda@Edge function lives in us-east-1: the CDK makes a stack of its own for it.
const stamp = new cloudfront.experimental.EdgeFunction(stack, 'Stamp', {
  code: lambda.Code.fromAsset('functions/stamp'),
  handler: 'stamp.handler',
  runtime: lambda.Runtime.PYTHON_3_13,
});

new cloudfront.Distribution(stack, 'Site', {
  comment: 'site',
  defaultBehavior: {
    origin: origins.S3BucketOrigin.withOriginAccessControl(bucket),
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    compress: false,
    functionAssociations: [{ function: rewrite, eventType: cloudfront.FunctionEventType.VIEWER_REQUEST }],
  },
  additionalBehaviors: {
    '/api/*': {
      origin: new origins.HttpOrigin('api.example.com'),
      allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
      cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
      compress: false,
      edgeLambdas: [
        { functionVersion: stamp.currentVersion, eventType: cloudfront.LambdaEdgeEventType.ORIGIN_RESPONSE },
      ],
    },
  },
});

app.synth();
