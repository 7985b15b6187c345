// The handler's second argument [nodejs-context]. Times are in milliseconds, sizes in MB, both as Lambda has it.
"use strict";

// `variables` are the process's at its start: the function may change them.
exports.makeContext = (variables, { aws_request_id: awsRequestId, deadline_ms: milliseconds }) => {
  const deadline = performance.now() + milliseconds;
  const name = variables.AWS_LAMBDA_FUNCTION_NAME;
  const version = variables.AWS_LAMBDA_FUNCTION_VERSION;
  return {
    awsRequestId,
    functionName: name,
    functionVersion: version,
    invokedFunctionArn: `arn:aws:lambda:${variables.AWS_REGION}:123456789012:function:${name}:${version}`,
    memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: variables.AWS_LAMBDA_LOG_STREAM_NAME,
    identity: undefined,
    clientContext: undefined,
    tenantId: undefined,
    getRemainingTimeInMillis: () => Math.floor(deadline - performance.now()),
  };
};

// A trace id as X-Ray writes it, not sampled; the request id gives the digits.
exports.traceId = (requestId) => {
  const digits = requestId.replaceAll("-", "").padEnd(32, "0");
  return `Root=1-${digits.slice(0, 8)}-${digits.slice(8, 32)};Parent=${digits.slice(0, 16)};Sampled=0`;
};
