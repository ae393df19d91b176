import type { ResourceRef, Unreadable } from "@posture/core";
import { unreadable } from "@posture/testing";

const ACCOUNT = "111122223333";
export const KEY = "arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012";
export const DENIED: Unreadable = unreadable("denied");

function ref(type: string, service: string, resource: string, name: string): ResourceRef {
  const arn = `arn:aws:${service}:eu-west-1:${ACCOUNT}:${resource}`;
  return { type, arn, name, accountId: ACCOUNT, region: "eu-west-1" };
}

export const VOLUME: ResourceRef = ref("AWS::EC2::Volume", "ec2", "volume/vol-0a1", "vol-0a1");
export const INSTANCE: ResourceRef = ref("AWS::RDS::DBInstance", "rds", "db:orders", "orders");
export const CLUSTER: ResourceRef = ref("AWS::RDS::DBCluster", "rds", "cluster:shop", "shop");
export const SECRET: ResourceRef = ref("AWS::SecretsManager::Secret", "secretsmanager", "secret:app/db-a1B2c3", "app/db");
export const TOPIC: ResourceRef = ref("AWS::SNS::Topic", "sns", "alerts", "alerts");
export const QUEUE: ResourceRef = ref("AWS::SQS::Queue", "sqs", "jobs", "jobs");
export const FILES: ResourceRef = ref("AWS::EFS::FileSystem", "elasticfilesystem", "file-system/fs-0a1", "fs-0a1");
export const STREAM: ResourceRef = ref("AWS::Kinesis::Stream", "kinesis", "stream/clicks", "clicks");
export const LISTENER: ResourceRef = ref(
  "AWS::ElasticLoadBalancingV2::Listener",
  "elasticloadbalancing",
  "listener/app/web/0a1/0b2",
  "web/0b2",
);
export const CLASSIC: ResourceRef = ref("AWS::ElasticLoadBalancing::LoadBalancer", "elasticloadbalancing", "loadbalancer/old", "old");
