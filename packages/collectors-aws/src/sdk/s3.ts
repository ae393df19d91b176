import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";

// Imported on first use; a file of its own lets a bundler drop what is not named here.
export {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectAclCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";

/** Behind an endpoint that is not AWS's there is no name for each bucket, so the bucket goes into the path. */
export class S3 extends S3Client {
  constructor(config: S3ClientConfig) {
    super(config);
    const own = this.config.endpointProvider;
    this.config.endpointProvider = (parameters, context) =>
      own(parameters.Endpoint ? { ...parameters, ForcePathStyle: true } : parameters, context);
  }
}
