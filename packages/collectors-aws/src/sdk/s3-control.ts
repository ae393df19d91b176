import { S3ControlClient, type S3ControlClientConfig } from "@aws-sdk/client-s3-control";

// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { GetPublicAccessBlockCommand } from "@aws-sdk/client-s3-control";

/** The SDK puts the account id in front of the host, which only AWS's own hosts answer to; elsewhere the header names the account. */
export class S3Control extends S3ControlClient {
  constructor(config: S3ControlClientConfig) {
    super(config);
    const own = this.config.endpointProvider;
    this.config.endpointProvider = (parameters, context) =>
      parameters.Endpoint ? { url: new URL(parameters.Endpoint), properties: {} } : own(parameters, context);
  }
}
