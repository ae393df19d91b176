import { definePlugin, type Plugin } from "@posture/core";
import { albHttpListenerWithoutRedirect } from "./checks/alb-http-listener-without-redirect.ts";
import { clbHttpListener } from "./checks/clb-http-listener.ts";
import { ebsVolumeUnencrypted } from "./checks/ebs-volume-unencrypted.ts";
import { efsFileSystemUnencrypted } from "./checks/efs-file-system-unencrypted.ts";
import { kinesisStreamUnencrypted } from "./checks/kinesis-stream-unencrypted.ts";
import { rdsCaCertificateExpired } from "./checks/rds-ca-certificate-expired.ts";
import { rdsClusterUnencrypted } from "./checks/rds-cluster-unencrypted.ts";
import { rdsInstanceUnencrypted } from "./checks/rds-instance-unencrypted.ts";
import { secretDefaultKmsKey } from "./checks/secret-default-kms-key.ts";
import { snsTopicUnencrypted } from "./checks/sns-topic-unencrypted.ts";
import { sqsQueueUnencrypted } from "./checks/sqs-queue-unencrypted.ts";

export {
  albHttpListenerWithoutRedirect,
  clbHttpListener,
  ebsVolumeUnencrypted,
  efsFileSystemUnencrypted,
  kinesisStreamUnencrypted,
  rdsCaCertificateExpired,
  rdsClusterUnencrypted,
  rdsInstanceUnencrypted,
  secretDefaultKmsKey,
  snsTopicUnencrypted,
  sqsQueueUnencrypted,
};

const plugin: Plugin = definePlugin({
  name: "@posture/plugin-encryption",
  namespace: "encryption",
  checks: [
    ebsVolumeUnencrypted,
    rdsInstanceUnencrypted,
    rdsClusterUnencrypted,
    efsFileSystemUnencrypted,
    secretDefaultKmsKey,
    kinesisStreamUnencrypted,
    snsTopicUnencrypted,
    sqsQueueUnencrypted,
    albHttpListenerWithoutRedirect,
    clbHttpListener,
    rdsCaCertificateExpired,
  ],
});
export default plugin;
