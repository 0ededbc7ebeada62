import { AssignerProtocol, type PartitionAssigner } from 'kafkajs';

/** Partition numbers by topic. */
type Assignment = Record<string, number[]>;

/** Partition n of every topic goes to member n modulo their number, in the order of their ids. */
export const assignByNumber = (memberIds: readonly string[], topics: Assignment): Map<string, Assignment> => {
  const members = [...memberIds].sort();
  const assigned = new Map<string, Assignment>(members.map((member) => [member, {}]));
  for (const [topic, partitions] of Object.entries(topics)) {
    for (const partition of partitions) {
      const own = assigned.get(members[partition % members.length]!)!;
      (own[topic] ??= []).push(partition);
    }
  }
  return assigned;
};

/** Brings all records of a stream to one member, whatever their topic: kafkajs's own assigner deals partitions out in turn. */
export const coPartitioned: PartitionAssigner = ({ cluster }) => ({
  name: 'tallylight-co-partitioned',
  version: 1,
  protocol: ({ topics }) => ({
    name: 'tallylight-co-partitioned',
    metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) }),
  }),
  assign({ members, topics }) {
    const partitions = Object.fromEntries(
      topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)]),
    );
    const assigned = assignByNumber(
      members.map(({ memberId }) => memberId),
      partitions,
    );
    return Promise.resolve(
      [...assigned].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: 1,
          assignment,
          userData: Buffer.alloc(0),
        }),
      })),
    );
  },
});
